package io.tidemark.writequeue.log;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * The writing end of the write log and of the dead letters' log. An append that returns is on all in-sync replicas.
 * Thread-safe; blocks at most for one and a half times {@code tidemark.writes.log.timeout}.
 */
@Component
@EnableConfigurationProperties(LogProperties.class)
public class WriteLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriteLog.class);
    static final String UNREADABLE_HEADER = "tidemark-unreadable";

    private final Producer<byte[], byte[]> producer;
    private final Duration timeout;
    private final Outage outage = new Outage(log, "The write log does not take records", "The write log takes records");

    public WriteLog(KafkaClients clients, LogProperties properties) {
        this.timeout = properties.timeout();
        int millis = Math.toIntExact(timeout.toMillis());
        this.producer = clients.producer(
                "writes",
                Map.of(
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        millis / 2,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        millis / 2,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        millis));
    }

    /**
     * Appends an accepted write.
     *
     * @param encoded its record
     * @param traceparent the step that sends it, null if it is not known
     */
    public LogPlace append(String orderingKey, byte[] encoded, @Nullable String traceparent) {
        return append(
                Topics.WRITES,
                orderingKey,
                encoded,
                traceparent == null ? List.of() : List.of(header(TraceContext.FIELD, traceparent)));
    }

    /**
     * Appends a dead letter again, to be delivered once more.
     *
     * @param position where the write's first record was
     * @param redrive 1 for the first one
     */
    public LogPlace appendRedrive(Write write, long position, int redrive) {
        return append(
                Topics.WRITES,
                write.orderingKey(),
                RecordCodec.WRITE.encode(write),
                List.of(header(LoggedWrite.REDRIVE_HEADER, redrive), header(LoggedWrite.POSITION_HEADER, position)));
    }

    /** Appends a dead letter to its log. */
    public LogPlace appendDead(Write write, byte[] deadLetter) {
        return append(Topics.DEAD_WRITES, write.orderingKey(), deadLetter, List.of());
    }

    /**
     * Copies a record of the write log that is no write to the dead letters' log, as it is, with the headers
     * {@code tidemark-unreadable} (why) and {@code tidemark-place} (partition and offset).
     */
    public void appendUnreadable(ConsumerRecord<byte[], byte[]> unreadable, String why) {
        String place = unreadable.partition() + ":" + unreadable.offset();
        append(
                Topics.DEAD_WRITES,
                unreadable.key(),
                unreadable.value(),
                List.of(header(UNREADABLE_HEADER, why), header("tidemark-place", place)));
    }

    private LogPlace append(String topic, String key, byte[] value, List<Header> headers) {
        return append(topic, key.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    private LogPlace append(String topic, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        var appended = new ProducerRecord<>(topic, null, null, key, value, headers);
        try {
            RecordMetadata acknowledged = producer.send(appended).get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
            outage.over();
            return new LogPlace(acknowledged.partition(), acknowledged.offset());
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            outage.failed(cause);
            throw new WriteLogUnavailableException(cause);
        } catch (TimeoutException | RuntimeException failure) {
            outage.failed(failure);
            throw new WriteLogUnavailableException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new WriteLogUnavailableException(interrupted);
        }
    }

    private static Header header(String name, long value) {
        return header(name, Long.toString(value));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
