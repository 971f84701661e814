package io.tidemark.gateway.documents.regions;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.gateway.documents.store.Agenda;
import io.tidemark.gateway.documents.store.DocumentSealing;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.DocumentsProperties;
import io.tidemark.gateway.documents.store.ReplicaStore;
import io.tidemark.gateway.identity.GatewayIdentity;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Documents of several regions: what they tell each other through Kafka. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tidemark.documents.enabled")
@Conditional(OtherRegions.class)
class RegionsConfiguration {
    @Bean
    DocumentLog documentLog(
            ObjectProvider<KafkaClients> kafka,
            DocumentSealing sealing,
            GatewayIdentity gateway,
            DocumentsProperties properties) {
        if (properties.regions().others().contains(gateway.region())) {
            throw new IllegalArgumentException(
                    "tidemark.documents.regions.others must not name this region, " + gateway.region());
        }
        return new DocumentLog(
                clients(kafka)
                        .producer(
                                "documents",
                                Map.of(
                                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000,
                                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000)),
                sealing,
                gateway.region());
    }

    private static KafkaClients clients(ObjectProvider<KafkaClients> kafka) {
        KafkaClients clients = kafka.getIfAvailable();
        if (clients == null) {
            throw new IllegalArgumentException("tidemark.documents.regions.others needs tidemark.kafka.enabled");
        }
        return clients;
    }

    @Bean
    RegionMeters regionMeters(MeterRegistry metrics) {
        return new RegionMeters(metrics);
    }

    @Bean
    Comparison documentComparison(
            DocumentStore store, ReplicaStore replicas, Agenda agenda, DocumentLog log, InstantSource clock) {
        return new Comparison(store, replicas, agenda, log, clock);
    }

    @Bean
    RegionPublisher regionPublisher(Agenda agenda, ReplicaStore replicas, DocumentLog log) {
        return new RegionPublisher(agenda, replicas, log);
    }

    @Bean(initMethod = "start")
    RegionReader regionReader(
            DocumentsProperties properties,
            GatewayIdentity gateway,
            ObjectProvider<KafkaClients> kafka,
            DocumentStore store,
            ReplicaStore replicas,
            Agenda agenda,
            DocumentLog log,
            Comparison comparison,
            DocumentSealing sealing,
            RegionMeters meters,
            ExecutorService documentWorkers,
            InstantSource clock) {
        KafkaClients clients = clients(kafka);
        return new RegionReader(
                () -> clients.consumer(Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG, "tidemark-documents-" + gateway.region(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200,
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1,
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000,
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000)),
                new RegionReceiver(store, replicas, agenda, comparison, sealing, properties.regions(), meters, clock),
                log,
                documentWorkers,
                meters);
    }

    @Bean
    HealthIndicator documentRegionsHealthIndicator(
            RegionPublisher publisher, RegionReader reader, RegionMeters meters) {
        return new RegionsHealth(publisher, reader, meters);
    }
}
