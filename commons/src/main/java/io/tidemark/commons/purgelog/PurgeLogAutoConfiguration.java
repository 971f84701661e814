package io.tidemark.commons.purgelog;

import io.tidemark.contracts.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * The suite's topics, made by whichever service starts first, and the writing end of the purge log. Left out with
 * {@code tidemark.kafka.enabled=false}.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
public class PurgeLogAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(PurgeLogAutoConfiguration.class);

    @Bean
    KafkaAdmin.NewTopics tidemarkTopics(
            @Value("${tidemark.topics.replicas:1}") short replicas,
            @Value("${tidemark.topics.purge-retention:7d}") java.time.Duration retention,
            @Value("${tidemark.topics.write-partitions:12}") int writePartitions) {
        String millis = Long.toString(retention.toMillis());
        return new KafkaAdmin.NewTopics(
                TopicBuilder.name(Topics.PURGES)
                        .partitions(1)
                        .replicas(replicas)
                        .config(TopicConfig.RETENTION_MS_CONFIG, millis)
                        .build(),
                TopicBuilder.name(Topics.WATERMARKS)
                        .partitions(1)
                        .replicas(replicas)
                        // a gateway beats twice a second: a record of a day ago is of one that died
                        .config(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT + ',' + TopicConfig.CLEANUP_POLICY_DELETE)
                        .config(TopicConfig.RETENTION_MS_CONFIG, "86400000")
                        .config(TopicConfig.SEGMENT_MS_CONFIG, "600000")
                        .config(TopicConfig.DELETE_RETENTION_MS_CONFIG, "600000")
                        .build(),
                TopicBuilder.name(Topics.ERASURES)
                        .partitions(1)
                        .replicas(replicas)
                        .config(TopicConfig.RETENTION_MS_CONFIG, millis)
                        .build(),
                TopicBuilder.name(Topics.PREVIEWS)
                        .partitions(1)
                        .replicas(replicas)
                        .config(TopicConfig.RETENTION_MS_CONFIG, "3600000")
                        .build(),
                TopicBuilder.name(Topics.PREVIEW_COUNTS)
                        .partitions(1)
                        .replicas(replicas)
                        .config(TopicConfig.RETENTION_MS_CONFIG, "3600000")
                        .build(),
                TopicBuilder.name(Topics.WRITES)
                        .partitions(writePartitions)
                        .replicas(replicas)
                        .config(TopicConfig.RETENTION_MS_CONFIG, "-1")
                        .build(),
                TopicBuilder.name(Topics.DEAD_WRITES)
                        .partitions(writePartitions)
                        .replicas(replicas)
                        .config(TopicConfig.RETENTION_MS_CONFIG, "-1")
                        .build());
    }

    @Bean
    Admin purgeLogAdmin(KafkaAdmin kafkaAdmin) {
        return Admin.create(kafkaAdmin.getConfigurationProperties());
    }

    @Bean
    Producer<byte[], byte[]> purgeLogProducer(KafkaProperties properties) {
        Map<String, Object> config = new HashMap<>(properties.buildProducerProperties());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 1); // those that leave together share a request
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        Thread.ofVirtual().name("purge-log-warm-up").start(() -> warmUp(producer));
        return producer;
    }

    /** Learns where the purge log is before the first purge needs it. */
    private static void warmUp(Producer<byte[], byte[]> producer) {
        try {
            var _ = producer.partitionsFor(Topics.PURGES);
        } catch (KafkaException notYet) {
            log.debug("The purge log is not known yet: {}", notYet.getMessage());
        }
    }

    @Bean
    PurgeLog purgeLog(
            Producer<byte[], byte[]> purgeLogProducer,
            Admin purgeLogAdmin,
            @Value("${tidemark.topics.purge-spacing:20ms}") java.time.Duration spacing) {
        return new PurgeLog(purgeLogProducer, purgeLogAdmin, spacing);
    }
}
