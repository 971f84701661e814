package io.tidemark.writequeue.log;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/**
 * The writing end of the write log and of the dead letters' log. An append that returns is on all in-sync replicas.
 * Thread-safe; blocks at most for one and a half times {@code tidemark.writes.log.timeout}.
 */
@Component
@EnableConfigurationProperties(LogProperties.class)
public class WriteLog implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final Duration timeout;

    public WriteLog(KafkaProperties kafka, LogProperties properties) {
        this.timeout = properties.timeout();
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        int millis = Math.toIntExact(timeout.toMillis());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis / 2);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Appends an accepted write. */
    public void append(Write write) {
        append(Topics.WRITES, write.orderingKey(), RecordCodec.WRITE.encode(write), List.of());
    }

    /**
     * Appends a dead letter again, to be delivered once more.
     *
     * @param position where the write's first record was
     * @param redrive 1 for the first one
     */
    public void appendRedrive(Write write, long position, int redrive) {
        append(
                Topics.WRITES,
                write.orderingKey(),
                RecordCodec.WRITE.encode(write),
                List.of(header(LoggedWrite.REDRIVE_HEADER, redrive), header(LoggedWrite.POSITION_HEADER, position)));
    }

    /** Appends a dead letter to its log. */
    public void appendDead(Write write, byte[] deadLetter) {
        append(Topics.DEAD_WRITES, write.orderingKey(), deadLetter, List.of());
    }

    private void append(String topic, String key, byte[] value, List<Header> headers) {
        var appended = new ProducerRecord<>(topic, null, null, key.getBytes(StandardCharsets.UTF_8), value, headers);
        try {
            producer.send(appended).get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new WriteLogUnavailableException(failure.getCause() == null ? failure : failure.getCause());
        } catch (TimeoutException | RuntimeException failure) {
            throw new WriteLogUnavailableException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new WriteLogUnavailableException(interrupted);
        }
    }

    private static Header header(String name, long value) {
        return new RecordHeader(name, Long.toString(value).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
