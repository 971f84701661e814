package io.tidemark.gateway.log;

import io.tidemark.commons.kafka.KafkaClients;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The Kafka clients of the purge path, set for low delay and for giving up soon. */
final class PurgeClients {
    private PurgeClients() {}

    /** A heartbeat that is late is not worth sending: by then the next one is due. */
    static Producer<byte[], byte[]> heartbeatProducer(KafkaClients clients, Duration fence) {
        int limit = Math.toIntExact(fence.toMillis());
        return clients.producer(
                "heartbeat",
                Map.of( // idempotent, which keeps their order through retries
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        limit,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        limit * 3 / 4,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        limit / 2,
                        ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                        20,
                        ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
                        200,
                        ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG,
                        limit,
                        ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG,
                        limit));
    }

    /** Belongs to no group, commits nothing, and fails where the log has a gap. */
    static Consumer<byte[], byte[]> consumer(KafkaClients clients) {
        return clients.consumer(Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_500, // longer than a fetch waits for records
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000,
                ConsumerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000,
                ConsumerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 2_000));
    }
}
