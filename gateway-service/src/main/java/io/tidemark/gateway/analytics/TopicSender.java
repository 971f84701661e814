package io.tidemark.gateway.analytics;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.tracing.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Sends records to a topic, through a producer of its own: purges do not wait behind them. */
final class TopicSender implements Outbox.Sender<AnsweredRequest>, AutoCloseable {
    private final String topic;
    private final long timeoutNanos;
    private final AnalyticsLines lines;
    private final KafkaClients clients;
    private final Producer<byte[], byte[]> producer;

    TopicSender(AnalyticsProperties properties, AnalyticsLines lines, KafkaClients clients) {
        this.topic = Objects.requireNonNull(properties.topic());
        this.timeoutNanos = properties.timeout().toNanos();
        this.lines = lines;
        this.clients = clients;
        int millis = Math.toIntExact(properties.timeout().toMillis());
        this.producer = clients.producer(
                "analytics",
                Map.of(
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, millis,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis,
                        ProducerConfig.LINGER_MS_CONFIG, 0,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis));
    }

    @Override
    public void send(List<AnsweredRequest> batch) throws Exception {
        long end = System.nanoTime() + timeoutNanos;
        if (!clients.topics().isKnown(topic)) { // asked by a producer, brokers may make it
            var _ = clients.questions()
                    .answer(admin -> admin.describeTopics(List.of(topic)).allTopicNames());
            clients.topics().found(topic);
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>(batch.size());
        for (AnsweredRequest request : batch) {
            sent.add(producer.send(new ProducerRecord<>(topic, lines.line(request))));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
