package io.tidemark.gateway.documents;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.Callers;
import java.time.InstantSource;
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
        @Bean
        DocumentStore documentStore(
                DocumentsProperties properties,
                LettuceConnectionFactory redis,
                RedisConnections connections,
                Environment environment,
                MeterRegistry metrics) {
            if (!environment.getProperty("tidemark.redis.enabled", Boolean.class, true)) {
                throw new IllegalArgumentException("tidemark.documents.enabled needs tidemark.redis.enabled");
            }
            DocumentStore made = new DocumentStore(
                    redis.getRequiredNativeClient(),
                    connections,
                    properties.redisTimeout(),
                    properties.maxDocument().toBytes());
            Gauge.builder("tidemark.documents.up", made, up -> up.isUp() ? 1 : 0)
                    .description("1 while the region's Redis takes calls for documents")
                    .register(metrics);
            return made;
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
                DocumentMeters meters) {
            return new NewsChannel(
                    redis.getRequiredNativeClient(),
                    connections,
                    properties.redisTimeout(),
                    Math.toIntExact(properties.maxAwareness().toBytes()),
                    meters);
        }

        @Bean
        ExecutorService documentWorkers() {
            return Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("documents-", 0).factory());
        }

        @Bean
        Rooms rooms(
                DocumentsProperties properties,
                DocumentStore store,
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
                    properties.silence());
            return new Rooms(
                    store, news, documentWorkers, limits, UUID.randomUUID().toString(), clock, meters, metrics);
        }

        @Bean
        DocumentAccess documentAccess(DocumentsProperties properties, ObjectProvider<Callers> callers) {
            Callers found = properties.access() == DocumentsProperties.Access.ANYONE ? null : callers.getIfAvailable();
            if (found == null && properties.access() != DocumentsProperties.Access.ANYONE) {
                throw new IllegalArgumentException(
                        "tidemark.documents.access=session needs tidemark.state.enabled, to know whose a session is");
            }
            return new DocumentAccess(
                    found,
                    properties.origins().stream()
                            .map(origin -> origin.toLowerCase(Locale.ROOT))
                            .toList(),
                    properties.erasers(),
                    properties.recheck());
        }

        /** Before the routes, by the path alone, so that the hit route stays right. */
        @Bean
        SimpleUrlHandlerMapping documentMapping(
                Rooms rooms,
                DocumentStore store,
                DocumentAccess access,
                WebSocketService service,
                GatewayIdentity gateway,
                InstantSource clock,
                JsonMapper mapper) {
            Answers answers = new Answers(mapper);
            Map<String, Object> paths = Map.of(
                    DocumentSocket.PATH + "**", new DocumentSocket(rooms, access, service, answers),
                    DocumentDoor.PATH + "**", new DocumentDoor(store, access, answers, gateway.region(), clock));
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
