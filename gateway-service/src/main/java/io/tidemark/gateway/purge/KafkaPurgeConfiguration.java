package io.tidemark.gateway.purge;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/** With Kafka: the ledger follows {@link Topics#PURGES}, and heartbeats say how far. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
@EnableConfigurationProperties(PurgeProperties.class)
class KafkaPurgeConfiguration {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    @Bean
    PurgeLedger purgeLedger(PurgeProperties properties) {
        return new PurgeLedger(PurgeLedger.UNREAD, properties.limits());
    }

    @Bean
    Fence purgeFence(PurgeProperties properties) {
        return new Fence(properties.fence());
    }

    @Bean
    WatermarkWaiters watermarkWaiters(PurgeLedger ledger) {
        return new WatermarkWaiters(ledger);
    }

    @Bean
    PurgeView purgeView(PurgeLedger ledger, Fence fence, WatermarkWaiters waiters) {
        return new PurgeView(ledger, () -> fence.standing(System.nanoTime()), waiters);
    }

    @Bean
    Heartbeat.Identity heartbeatIdentity(
            @Value("${tidemark.region:local}") String region, @Value("${tidemark.colo:local}") String colo) {
        return new Heartbeat.Identity(region, colo, colo + '-' + UUID.randomUUID());
    }

    @Bean
    LogPurger purger(PurgeLedger ledger, PurgeLog purgeLog, Heartbeat.Identity identity) {
        return new LogPurger(ledger, purgeLog::publish, identity.colo(), InstantSource.system());
    }

    @Bean
    PurgeMetrics purgeMetrics(MeterRegistry registry, PurgeLedger ledger, Fence fence) {
        return new PurgeMetrics(registry, ledger, fence, InstantSource.system());
    }

    @Bean
    PurgeLink purgeLink(
            PurgeLedger ledger,
            Fence fence,
            WatermarkWaiters waiters,
            LogPurger purger,
            Heartbeat.Identity identity,
            ObjectProvider<GatewayStats> stats,
            PurgeProperties properties,
            PurgeMetrics metrics,
            KafkaProperties kafka,
            KafkaAdmin kafkaAdmin,
            Admin admin) {
        return new PurgeLink(() -> {
            Producer<byte[], byte[]> producer = heartbeatProducer(kafka, properties.fence());
            Heartbeat heartbeat = new Heartbeat(
                    identity,
                    ledger,
                    fence,
                    producer,
                    stats.getIfAvailable(() -> GatewayStats.NONE),
                    properties.heartbeat(),
                    InstantSource.system(),
                    metrics::heartbeatAcknowledged);
            PurgeLogReader reader = new PurgeLogReader(
                    ledger,
                    fence,
                    new PurgeLogProbe(admin, PROBE_TIMEOUT),
                    () -> consumer(kafka),
                    System::nanoTime,
                    List.of(heartbeat::moved, waiters),
                    purge -> {
                        purger.delivered(purge);
                        metrics.applied(purge);
                    },
                    kafkaAdmin::initialize);
            metrics.lag(reader::lag);
            return new PurgeLink.Parts(reader, heartbeat, producer);
        });
    }

    @Bean
    PurgeLogHealth purgeLogHealthIndicator(PurgeLedger ledger, Fence fence) {
        return new PurgeLogHealth(ledger, fence);
    }

    /** A heartbeat that is late is not worth sending: by then the next one is due. */
    private static Producer<byte[], byte[]> heartbeatProducer(KafkaProperties kafka, Duration fence) {
        int limit = Math.toIntExact(fence.toMillis());
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true); // keeps their order through retries
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, limit);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, limit * 3 / 4);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, limit / 2);
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        config.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
        config.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, limit);
        config.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, limit);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Consumer<byte[], byte[]> consumer(KafkaProperties kafka) {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_500); // longer than a fetch waits for records
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
        config.put(ConsumerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000);
        config.put(ConsumerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 2_000);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
