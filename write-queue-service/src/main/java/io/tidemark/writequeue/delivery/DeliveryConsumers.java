package io.tidemark.writequeue.delivery;

import io.tidemark.commons.kafka.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Metric;
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

    private final KafkaClients clients;
    private final String group;
    private final DeliveryProperties properties;

    DeliveryConsumers(KafkaClients clients, KafkaProperties kafka, DeliveryProperties properties) {
        this.clients = clients;
        this.group = String.valueOf(kafka.getConsumer().getGroupId());
        this.properties = properties;
    }

    Consumer<byte[], byte[]> create() {
        return clients.consumer(config());
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
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
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
