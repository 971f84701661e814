package io.tidemark.writequeue.delivery;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/** Makes the consumers that read the write log as members of the group of all instances. */
@Component
@EnableConfigurationProperties(DeliveryProperties.class)
class DeliveryConsumers {
    /** A heartbeat that was not sent. */
    static final Duration NEVER = Duration.ofDays(1);

    private static final int HEARTBEATS_PER_SESSION = 6;

    private final KafkaProperties kafka;
    private final DeliveryProperties properties;

    DeliveryConsumers(KafkaProperties kafka, DeliveryProperties properties) {
        this.kafka = kafka;
        this.properties = properties;
    }

    Consumer<byte[], byte[]> create() {
        return new KafkaConsumer<>(config(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** How often the broker is told that this instance lives. */
    Duration heartbeat() {
        return properties.sessionTimeout().dividedBy(HEARTBEATS_PER_SESSION);
    }

    /** The consumer's own metric; in whole seconds, it counts heartbeats that were sent. */
    static Metric lastHeartbeat(Consumer<byte[], byte[]> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("last-heartbeat-seconds-ago"))
                .map(metric -> (Metric) metric.getValue())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Kafka client does not tell its last heartbeat"));
    }

    static Duration sinceHeartbeat(Metric lastHeartbeat) {
        return lastHeartbeat.metricValue() instanceof Double seconds && seconds >= 0
                ? Duration.ofSeconds(seconds.longValue())
                : NEVER;
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        config.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                Math.toIntExact(properties.sessionTimeout().toMillis()));
        config.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Math.toIntExact(heartbeat().toMillis()));
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        String instanceId = properties.instanceId();
        if (instanceId != null && !instanceId.isBlank()) {
            config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        }
        return config;
    }
}
