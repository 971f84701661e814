package io.tidemark.gateway.documents.rooms;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.documents.store.DocumentOwners;
import io.tidemark.gateway.documents.store.DocumentSealing;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.DocumentsProperties;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Documents while clients have them open. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tidemark.documents.enabled")
class RoomsConfiguration {
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
                store, owners, news, documentWorkers, limits, UUID.randomUUID().toString(), clock, meters, metrics);
    }
}
