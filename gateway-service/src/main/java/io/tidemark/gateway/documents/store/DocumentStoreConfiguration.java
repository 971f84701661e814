package io.tidemark.gateway.documents.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.erasure.PersonStore;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.UserNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What is kept of documents in the region's Redis, and what is to be done for them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tidemark.documents.enabled")
class DocumentStoreConfiguration {
    private static final Duration AS_LONG_AS_DOCUMENTS = Duration.ofDays(36_500);

    @Bean
    ExecutorService documentWorkers() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("documents-", 0).factory());
    }

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
        DocumentRedis made = new DocumentRedis(redis.getRequiredNativeClient(), connections, properties.redisTimeout());
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
            throw new IllegalArgumentException("tidemark.documents.sealed needs tidemark.state.enabled, for its keys");
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
}
