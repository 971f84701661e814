package io.tidemark.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import io.lettuce.core.ClientOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.tidemark.commons.origins.OriginNames;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.commons.time.ClockSteps;
import io.tidemark.commons.time.MonotonicClock;
import io.tidemark.gateway.edge.ClientInvalidation;
import io.tidemark.gateway.edge.EdgeProblems;
import io.tidemark.gateway.edge.EdgeRouteMapping;
import io.tidemark.gateway.edge.ForcedCalls;
import io.tidemark.gateway.edge.ReadPath;
import io.tidemark.gateway.fill.RequestCollapser;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.fill.TransferProperties;
import io.tidemark.gateway.hit.StaticRoutes;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.OriginBreakers;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.origin.OriginHttpClients;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.origin.TimeoutScheduler;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.policy.EdgeProperties;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.purge.PersonMemory;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.ClockWatch;
import io.tidemark.gateway.store.LocalStore;
import io.tidemark.gateway.store.PersonalRecords;
import io.tidemark.gateway.store.RedisClock;
import io.tidemark.gateway.store.RedisLink;
import io.tidemark.gateway.store.RegionStore;
import io.tidemark.gateway.store.SharedStore;
import io.tidemark.gateway.store.StoreRehearsal;
import io.tidemark.gateway.store.StoredRecordHead;
import io.tidemark.gateway.store.StoredRecordHeads;
import io.tidemark.gateway.store.TagIndex;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.state.keys.DataKeys;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The gateway's parts, put together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({EdgeProperties.class, GatewayIdentity.class, TransferProperties.class})
class GatewayConfiguration {
    private static final int COMMANDS_UNDER_WAY = 10_000;

    @Bean
    EdgeRouteMapping routePredicateHandlerMapping(
            FilteringWebHandler handler,
            RouteLocator routes,
            GlobalCorsProperties cors,
            Environment environment,
            ObjectProvider<ApiVersionStrategy> versions,
            StaticRoutes statics) {
        EdgeRouteMapping mapping = new EdgeRouteMapping(handler, routes, cors, environment, statics::changed);
        versions.ifAvailable(mapping::setApiVersionStrategy);
        return mapping;
    }

    @Bean
    InstantSource edgeClock() {
        return InstantSource.system();
    }

    /** What the buffers of connections take: Netty's own memory is in none of the JVM's figures. */
    @Bean
    MeterBinder nettyMemory() {
        return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator
                ? new NettyAllocatorMetrics(allocator)
                : _ -> {};
    }

    @Bean
    ClockWatch clockWatch(TieredStore store, OriginClient origins, MeterRegistry metrics) {
        return new ClockWatch(
                new ClockSteps(InstantSource.system(), System::nanoTime),
                store.local()::clear,
                origins::clockSet,
                TimeoutScheduler.shared(),
                metrics);
    }

    @Bean
    OriginBreakers originBreakers(EdgeProperties properties, MeterRegistry metrics) {
        Set<String> shields = properties.shields().values().stream()
                .filter(address -> address.getHost() != null) // those are refused by the policies
                .map(Origins::name)
                .collect(Collectors.toSet());
        return new OriginBreakers(new MonotonicClock(), metrics, shields);
    }

    @Bean
    OriginNames originNames(EdgeProperties properties, MeterRegistry metrics) {
        return new OriginNames(properties.origins().dns(), properties.origins().outliers(), metrics, System::nanoTime);
    }

    @Bean
    HttpClientFactory uncachedRoutesHttpClient(
            OriginHttpClients http, OriginNames names, List<HttpClientCustomizer> customizers) {
        return http.ofUncachedRoutes(names, customizers);
    }

    @Bean
    OriginClient originClient(
            EdgeProperties properties,
            OriginHttpClients http,
            OriginNames names,
            OriginBreakers breakers,
            InstantSource clock,
            MeterRegistry metrics) {
        return new OriginClient(properties.origins().toLimits(), http::over, names, breakers, clock, metrics);
    }

    @Bean
    @ConditionalOnProperty(name = "tidemark.redis.enabled", matchIfMissing = true)
    RedisLink redisLink(EdgeProperties properties, LettuceConnectionFactory redis, RedisConnections connections) {
        return new RedisLink(
                redis.getRequiredNativeClient(), connections, properties.redis().budget());
    }

    @Bean
    @ConditionalOnProperty(name = "tidemark.redis.enabled", matchIfMissing = true)
    RedisClock redisClock(RedisLink redis, MeterRegistry metrics) {
        return new RedisClock(redis, TimeoutScheduler.shared(), metrics);
    }

    /** Without a connection a call fails at once: the gateway goes on without Redis rather than wait for it. */
    @Bean
    LettuceClientOptionsBuilderCustomizer failsWithoutRedis() {
        return options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(COMMANDS_UNDER_WAY);
    }

    @Bean
    @ConditionalOnProperty(name = "tidemark.redis.enabled", matchIfMissing = true)
    SharedStore sharedStore(
            RedisLink redis,
            ObjectProvider<TagIndex> index,
            ObjectProvider<PersonalRecords> personal,
            MeterRegistry metrics) {
        return new SharedStore(redis, index.getIfAvailable(() -> TagIndex.NONE), personal.getIfAvailable(), metrics);
    }

    @Bean
    @ConditionalOnProperty(name = "tidemark.redis.enabled", matchIfMissing = true)
    StoreRehearsal storeRehearsal(GatewayIdentity gateway, EdgeProperties properties, RegionStore shared) {
        String name = gateway.colo() + '-' + ProcessHandle.current().pid();
        return new StoreRehearsal(
                shared, Schedulers.parallel(), properties.redis().rehearsal(), name);
    }

    @Bean
    StoredRecordHead.Reader storedRecordHeads() {
        return new StoredRecordHeads();
    }

    @Bean
    TieredStore tieredStore(EdgeProperties properties, ObjectProvider<RegionStore> shared) {
        return new TieredStore(
                new LocalStore(
                        properties.store().localSize().toBytes(),
                        properties.store().maxVariants(),
                        Ticker.systemTicker()),
                shared.getIfAvailable());
    }

    /** An erasure is applied in this gateway when its watermark has passed it. */
    @Bean
    SmartInitializingSingleton forgetsPersons(PurgeLedger ledger, TieredStore store, ObjectProvider<DataKeys> keys) {
        LocalStore local = store.local();
        return () -> ledger.forgetsWith(new PersonMemory() {
            @Override
            public void forget(Set<String> persons) {
                local.removeOf(persons::contains);
                keys.ifAvailable(known -> persons.forEach(known::forget));
            }

            @Override
            public void forgetAll() {
                local.removeOf(_ -> true);
                keys.ifAvailable(DataKeys::forgetAll);
            }
        });
    }

    @Bean
    RequestCollapser requestCollapser(
            OriginClient origins,
            TieredStore store,
            PurgeView purges,
            InstantSource clock,
            GatewayIdentity gateway,
            TransferProperties transfers,
            HeldBytes bytes) {
        return new RequestCollapser(
                origins,
                store,
                purges,
                clock,
                TimeoutScheduler.shared(),
                gateway.colo(),
                transfers.toSlowReaders(),
                bytes);
    }

    @Bean
    PolicyDecider policyDecider(PurgeView purges, InstantSource clock) {
        return new PolicyDecider(purges, clock);
    }

    @Bean
    ReadPath readPath(
            TieredStore store,
            PurgeView purges,
            PolicyDecider judge,
            ClientInvalidation invalidation,
            RequestCollapser collapser,
            Revalidator revalidator,
            OriginClient origins,
            ForcedCalls forced,
            JsonMapper mapper,
            InstantSource clock,
            GatewayIdentity gateway,
            EdgeProperties properties) {
        return new ReadPath(
                store,
                purges,
                judge,
                invalidation,
                collapser,
                revalidator,
                origins,
                forced,
                new EdgeProblems(mapper),
                clock,
                gateway.cacheName(),
                properties.readAfter().limit());
    }

    @Bean
    Revalidator revalidator(
            RequestCollapser collapser, TieredStore store, InstantSource clock, GatewayIdentity gateway) {
        return new Revalidator(collapser, store, clock, TimeoutScheduler.shared(), gateway.colo());
    }
}
