package io.tidemark.gateway.session;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.policy.HomeClaim;
import io.tidemark.gateway.policy.ResidencyProperties;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.RequestLog;
import io.tidemark.gateway.store.PersonalIndex;
import io.tidemark.gateway.store.PersonalRecords;
import io.tidemark.state.checkout.Checkouts;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.configuration.StateProperties;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.SubjectSealer;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.session.Owners;
import io.tidemark.state.session.Sessions;
import io.tidemark.state.token.SessionTokens;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Puts sessions together where {@code tidemark.state.enabled} says that there are some. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StateProperties.class)
class SessionConfiguration {
    private static final Logger log = LoggerFactory.getLogger(SessionConfiguration.class);

    @Bean
    HomeMark homeMark(ObjectProvider<StateKeys> sets, StateProperties properties, GatewayIdentity gateway) {
        StateKeys ofSessions = sets.getIfAvailable();
        List<String> keys = properties.keys();
        KeySet marking = ofSessions != null
                ? ofSessions.keys()
                : keys.isEmpty() ? null : KeySet.parse("tidemark.state.keys", keys);
        return new HomeMark(marking, gateway.region());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("tidemark.state.enabled")
    static class Enabled {
        @Bean
        SessionRedis sessionRedis(
                StateProperties properties,
                LettuceConnectionFactory redis,
                RedisConnections connections,
                Environment environment,
                MeterRegistry metrics) {
            if (!environment.getProperty("tidemark.redis.enabled", Boolean.class, true)) {
                throw new IllegalArgumentException("tidemark.state.enabled needs tidemark.redis.enabled");
            }
            SessionRedis made =
                    new SessionRedis(redis.getRequiredNativeClient(), connections, properties.redisTimeout());
            Gauge.builder("tidemark.sessions.up", made, up -> up.isUp() ? 1 : 0)
                    .description("1 while the region's Redis takes calls for sessions")
                    .register(metrics);
            return made;
        }

        @Bean
        Sessions sessions(
                StateProperties properties,
                StateKeys sets,
                SessionRedis redis,
                DataKeys keys,
                UserNames names,
                GatewayIdentity gateway,
                MeterRegistry metrics) {
            Sealer sealer = new Sealer(sets.dataKeys(), "sessions", gateway.region());
            Owners owners = new Owners(sealer, keys, names, properties.dataKeysInMemory(), reason -> {
                metrics.counter("tidemark.state.unreadable", "reason", reason.label())
                        .increment();
                log.debug("a record of a session counts as absent: {}", reason.label());
            });
            return new Sessions(redis, properties.toLimits(), owners, properties.toRecentEntries());
        }

        @Bean
        SessionTokens sessionTokens(StateProperties properties, StateKeys sets) {
            return new SessionTokens(sets.keys(), properties.lifetime());
        }

        @Bean
        SessionCookie sessionCookie(StateProperties properties) {
            return new SessionCookie(properties.secureCookie(), properties.lifetime());
        }

        @Bean
        Presented.Judge sessionJudge(SessionCookie cookie, SessionTokens tokens, InstantSource clock) {
            return new Presented.Judge(cookie, tokens, clock);
        }

        @Bean
        HomeGateways homeGateways(
                StateProperties properties, OriginClient origins, GatewayIdentity gateway, HomeMark mark) {
            if (!ResidencyProperties.isRegion(gateway.region())) {
                throw new IllegalArgumentException("tidemark.region is part of sessions' tokens, so it must be of"
                        + " A-Z a-z 0-9 -, not \"" + gateway.region() + '"');
            }
            return new HomeGateways(properties.homes(), properties.homeTimeout(), origins, gateway.cacheName(), mark);
        }

        @Bean
        SessionDoor sessionDoor(
                Sessions sessions,
                SessionTokens tokens,
                SessionCookie cookie,
                UserClaims users,
                GatewayIdentity gateway,
                JsonMapper mapper) {
            return new SessionDoor(gateway.region(), sessions, tokens, cookie, users, new Answers(mapper));
        }

        @Bean
        SessionHandler sessionHandler(
                StateProperties properties,
                Presented.Judge judge,
                SessionDoor door,
                Sessions sessions,
                HomeGateways homes,
                HomeMark mark,
                HomeClaim claim,
                HeldBytes held,
                Orders orders,
                PurgeView purges,
                RefusedTokens early,
                ResidencyProperties residency,
                GatewayProperties routes,
                GatewayIdentity gateway,
                JsonMapper mapper,
                MeterRegistry metrics) {
            boolean mayQueue = !residency.isUsed(routes) || residency.mayQueue(gateway.region());
            Contents contents =
                    new Contents(held, Math.toIntExact(properties.maxEntry().toBytes()));
            Answers answers = new Answers(mapper);
            return new SessionHandler(
                    gateway.region(),
                    judge,
                    door,
                    new EntryDoor(sessions, properties.maxEntries(), contents, answers, metrics),
                    checkouts(properties, door, sessions, contents, answers, orders, purges, mayQueue),
                    homes,
                    mark,
                    claim,
                    contents,
                    answers,
                    early,
                    metrics);
        }

        @Bean
        RefusedTokens refusedTokens(
                SessionCookie cookie,
                SessionTokens tokens,
                InstantSource clock,
                RequestLog log,
                JsonMapper mapper,
                MeterRegistry metrics) {
            return new RefusedTokens(cookie, tokens, clock, log, mapper, metrics);
        }

        private static @Nullable CheckoutDoor checkouts(
                StateProperties properties,
                SessionDoor door,
                Sessions sessions,
                Contents contents,
                Answers answers,
                Orders orders,
                PurgeView purges,
                boolean mayQueue) {
            StateProperties.Checkout checkout = properties.checkout();
            return checkout == null
                    ? null
                    : new CheckoutDoor(
                            checkout.toSteps(),
                            new Checkouts(sessions),
                            door,
                            contents,
                            answers,
                            orders,
                            purges,
                            mayQueue);
        }

        @Bean
        Orders orders(
                StateProperties properties, Environment environment, OriginClient origins, GatewayIdentity gateway) {
            StateProperties.Checkout checkout = properties.checkout();
            return new Orders(
                    URI.create(environment.getProperty("tidemark.writes", "http://127.0.0.1:8083")),
                    checkout == null ? "" : checkout.writeType(),
                    checkout == null ? properties.homeTimeout() : checkout.timeout(),
                    origins,
                    gateway.cacheName());
        }

        /** What the region's Redis keeps of single users' responses. */
        @Bean
        PersonalRecords personalRecords(
                StateKeys sets, DataKeys keys, PersonalIndex index, GatewayIdentity gateway, MeterRegistry metrics) {
            Sealer sealer = new Sealer(sets.dataKeys(), "responses", gateway.region());
            return new PersonalRecords(new SubjectSealer(sealer, keys), index, metrics);
        }

        @Bean
        PersonalIndex personalIndex(SessionRedis redis) {
            return new PersonalIndex(redis);
        }

        @Bean
        Callers callers(
                GatewayIdentity gateway, Presented.Judge judge, SessionDoor door, HomeGateways homes, HomeClaim claim) {
            return new Callers(gateway.region(), judge, door, homes, claim);
        }

        @Bean
        SessionCookieEndsHere sessionCookieEndsHere(SessionCookie cookie) {
            return new SessionCookieEndsHere(cookie);
        }

        /** Before the routes, by the path alone, so that the hit route stays right. */
        @Bean
        SimpleUrlHandlerMapping sessionMapping(SessionHandler handler) {
            Map<String, Object> paths = Map.of(
                    SessionHandler.ROOT, handler, SessionHandler.ROOT + "/**", handler, SessionHandler.ALL, handler);
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
