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
    /** The age of a heartbeat that was not acknowledged. */
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

    /** Watches the heartbeats of a consumer. */
    static Heartbeats heartbeats(Consumer<byte[], byte[]> consumer) {
        Metric acknowledged = metric(consumer, "heartbeat-total");
        Metric slowest = metric(consumer, "heartbeat-response-time-max");
        return new Heartbeats(() -> number(acknowledged), () -> number(slowest), System::nanoTime);
    }

    private static Metric metric(Consumer<byte[], byte[]> consumer, String name) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name)
                        && metric.getKey().group().equals("consumer-coordinator-metrics"))
                .map(metric -> (Metric) metric.getValue())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Kafka client does not tell its " + name));
    }

    private static double number(Metric metric) {
        return metric.metricValue() instanceof Double number ? number : 0;
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
