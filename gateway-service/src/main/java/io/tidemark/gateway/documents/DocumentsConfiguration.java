package io.tidemark.gateway.documents;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.Callers;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.erasure.PersonStore;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.UserNames;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Puts documents together where {@code tidemark.documents.enabled} says that there are some. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DocumentsProperties.class)
class DocumentsConfiguration {
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("tidemark.documents.enabled")
    static class Enabled {
        private static final Duration AS_LONG_AS_DOCUMENTS = Duration.ofDays(36_500);

        @Bean
        DocumentRedis documentRedis(
                DocumentsProperties properties,
                LettuceConnectionFactory redis,
                RedisConnections connections,
                Environment environment,
                MeterRegistry metrics) {
            if (!environment.getProperty("tidemark.redis.enabled", Boolean.class, true)) {
                throw new IllegalArgumentException("tidemark.documents.enabled needs tidemark.redis.enabled");
            }
            DocumentRedis made =
                    new DocumentRedis(redis.getRequiredNativeClient(), connections, properties.redisTimeout());
            Gauge.builder("tidemark.documents.up", made, up -> up.isUp() ? 1 : 0)
                    .description("1 while the region's Redis takes calls for documents")
                    .register(metrics);
            return made;
        }

        @Bean
        Agenda documentAgenda(DocumentsProperties properties, DocumentRedis redis) {
            return new Agenda(redis, properties.regions(), properties.origin());
        }

        @Bean
        DocumentSealing documentSealing(
                DocumentsProperties properties,
                ObjectProvider<StateKeys> sets,
                ObjectProvider<DataKeys> dataKeys,
                GatewayIdentity gateway) {
            StateKeys keys = sets.getIfAvailable();
            if (keys == null && !properties.sealed().isEmpty()) {
                throw new IllegalArgumentException(
                        "tidemark.documents.sealed needs tidemark.state.enabled, for its keys");
            }
            if (keys == null) {
                return DocumentSealing.NONE;
            }
            return new DocumentSealing(
                    properties.sealed(),
                    new DocumentSealing.Keys(
                            dataKeys.getObject().lasting(AS_LONG_AS_DOCUMENTS),
                            new Sealer(keys.dataKeys(), "documents", gateway.region()),
                            new Sealer(keys.subjectKeys(), "documents of all regions", "")));
        }

        @Bean
        DocumentStore documentStore(
                DocumentsProperties properties, DocumentRedis redis, Agenda agenda, DocumentSealing sealing) {
            return new DocumentStore(
                    redis, agenda, sealing, properties.maxDocument().toBytes());
        }

        @Bean
        ReplicaStore replicaStore(DocumentRedis redis, Agenda agenda, DocumentSealing sealing) {
            return new ReplicaStore(redis, agenda, sealing);
        }

        @Bean
        DocumentMeters documentMeters(MeterRegistry metrics) {
            return new DocumentMeters(metrics);
        }

        @Bean
        NewsChannel documentNews(
                DocumentsProperties properties,
                LettuceConnectionFactory redis,
                RedisConnections connections,
                DocumentSealing sealing,
                DocumentMeters meters) {
            return new NewsChannel(
                    redis.getRequiredNativeClient(),
                    connections,
                    properties.redisTimeout(),
                    Math.toIntExact(properties.maxAwareness().toBytes()),
                    sealing,
                    meters);
        }

        @Bean
        ExecutorService documentWorkers() {
            return Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("documents-", 0).factory());
        }

        /** Beside what the regions do. */
        @Bean
        @ConditionalOnProperty("tidemark.documents.origin.write-type")
        DocumentForwarder documentForwarder(
                DocumentsProperties properties,
                DocumentRedis redis,
                DocumentStore store,
                OriginClient origins,
                Environment environment,
                GatewayIdentity gateway) {
            return new DocumentForwarder(
                    redis,
                    store,
                    origins,
                    URI.create(environment.getProperty("tidemark.writes", "http://127.0.0.1:8083")),
                    properties.origin(),
                    gateway.cacheName());
        }

        @Bean(initMethod = "start")
        AgendaWorker agendaWorker(
                DocumentsProperties properties,
                Agenda agenda,
                ObjectProvider<RegionPublisher> publisher,
                ObjectProvider<Comparison> comparison,
                ObjectProvider<RegionMeters> meters,
                ObjectProvider<DocumentForwarder> forwarder,
                ExecutorService documentWorkers) {
            List<AgendaWorker.Work> works = new ArrayList<>();
            publisher.ifAvailable(tells -> {
                RegionMeters seen = meters.getObject();
                Comparison compares = comparison.getObject();
                works.add(new AgendaWorker.Work(agenda.toPublish(), tells::publish, seen::waiting, tells.outage()));
                works.add(new AgendaWorker.Work(agenda.toSettle(), compares::tell, _ -> {}, tells.outage()));
            });
            forwarder.ifAvailable(forwards -> works.add(
                    new AgendaWorker.Work(agenda.toForward(), forwards::forward, _ -> {}, forwards.outage())));
            return new AgendaWorker(
                    works,
                    agenda::walkAtTimes,
                    documentWorkers,
                    properties.regions().poll());
        }

        @Bean
        DocumentOwners documentOwners(DocumentsProperties properties, ObjectProvider<UserNames> names) {
            UserNames found = names.getIfAvailable();
            if (found == null && !properties.personal().isEmpty()) {
                throw new IllegalArgumentException(
                        "tidemark.documents.personal needs tidemark.state.enabled, to know whose a document is");
            }
            return new DocumentOwners(properties.personal(), found);
        }

        /** What the erasure of a person erases of documents. */
        @Bean
        PersonStore documentErasure(DocumentRedis redis, DocumentStore store, InstantSource clock) {
            return new DocumentErasure(redis, store, clock);
        }

        @Bean
        Rooms rooms(
                DocumentsProperties properties,
                DocumentStore store,
                DocumentOwners owners,
                NewsChannel news,
                ExecutorService documentWorkers,
                InstantSource clock,
                DocumentMeters meters,
                MeterRegistry metrics) {
            RoomLimits limits = new RoomLimits(
                    properties.maxConnections(),
                    Math.toIntExact(properties.maxAwareness().toBytes()),
                    properties.maxBacklog().toBytes(),
                    properties.compactAfter(),
                    properties.maxDocuments(),
                    properties.maxFrames(),
                    properties.maxRate().toBytes(),
                    properties.silence());
            return new Rooms(
                    store,
                    owners,
                    news,
                    documentWorkers,
                    limits,
                    UUID.randomUUID().toString(),
                    clock,
                    meters,
                    metrics);
        }

        @Bean
        DocumentAccess documentAccess(DocumentsProperties properties, ObjectProvider<Callers> callers) {
            DocumentsProperties.Access editors = properties.editors();
            Callers found = editors == DocumentsProperties.Access.ANYONE ? null : callers.getIfAvailable();
            if (found == null && editors != DocumentsProperties.Access.ANYONE) {
                throw new IllegalArgumentException("tidemark.documents.access and .edits other than anyone need"
                        + " tidemark.state.enabled, to know whose a session is");
            }
            return new DocumentAccess(
                    found,
                    properties.access(),
                    editors,
                    properties.origins().stream()
                            .map(origin -> origin.toLowerCase(Locale.ROOT))
                            .toList(),
                    properties.erasers(),
                    properties.recheck());
        }

        @Bean
        RegionalView regionalView(
                DocumentStore store,
                ReplicaStore replicas,
                GatewayIdentity gateway,
                DocumentsProperties properties,
                InstantSource clock) {
            return new RegionalView(store, replicas, gateway.region(), properties.regions(), clock);
        }

        /** Before the routes, by the path alone, so that the hit route stays right. */
        @Bean
        SimpleUrlHandlerMapping documentMapping(
                Rooms rooms, RegionalView view, DocumentAccess access, WebSocketService service, JsonMapper mapper) {
            Answers answers = new Answers(mapper);
            Map<String, Object> paths = Map.of(
                    DocumentSocket.PATH + "**",
                    new DocumentSocket(rooms, access, service, answers),
                    CollaborationSocket.PATH,
                    new CollaborationSocket(rooms, access, service, answers),
                    DocumentDoor.PATH + "**",
                    new DocumentDoor(access, answers, view));
            return new SimpleUrlHandlerMapping(paths, 0) {
                @Override
                public Mono<Object> getHandlerInternal(ServerWebExchange exchange) {
                    return ArrivedRequest.isOne(exchange.getRequest())
                            ? super.getHandlerInternal(exchange)
                            : Mono.empty(); // on the management port
                }
            };
        }
    }
}
