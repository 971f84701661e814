package io.tidemark.writequeue.log;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Reads the dead letters' log. Thread-safe; one by one. */
@Component
public class DeadLetterReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterReader.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Map<String, Object> ONE_BY_ONE =
            Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    private static final Duration ONE = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private @Nullable Consumer<byte[], byte[]> one;

    /**
     * A letter that is one still.
     *
     * @param letter without the write's data
     * @param bytes of its record
     */
    public record Open(DeadLetter letter, LogPlace place, int bytes) {}

    DeadLetterReader(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * The letters that were neither redriven nor discarded, by the write's id. Reads up to the log's end as of now; keeps
     * those letters in memory. Fails with a {@code KafkaException} if the broker does not answer.
     */
    public Map<String, Open> open() {
        try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_WRITES, PATIENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            Map<String, Open> open = new LinkedHashMap<>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
                consumer.poll(Duration.ofMillis(500)).forEach(next -> take(next, open));
            }
            return open;
        }
    }

    /**
     * The letter at a place.
     *
     * @return empty if it is gone, or no letter
     * @throws WriteLogUnavailableException if the broker does not answer
     */
    public synchronized Optional<DeadLetter> at(LogPlace place) {
        TopicPartition partition = new TopicPartition(Topics.DEAD_WRITES, place.partition());
        try {
            Consumer<byte[], byte[]> consumer = one == null ? clients.consumer(ONE_BY_ONE) : one;
            one = consumer;
            consumer.assign(List.of(partition));
            consumer.seek(partition, place.offset());
            long start = System.nanoTime();
            while (System.nanoTime() - start < ONE.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(200))) {
                    return found.offset() == place.offset() && found.value() != null
                            ? Optional.of(DeadLetter.decode(new String(found.value(), StandardCharsets.UTF_8)))
                            : Optional.empty();
                }
            }
            throw new TimeoutException("no record within " + ONE.toSeconds() + " s");
        } catch (OffsetOutOfRangeException | UnreadableRecordException gone) {
            return Optional.empty();
        } catch (KafkaException failure) {
            close();
            throw new WriteLogUnavailableException(failure);
        }
    }

    @Override
    public synchronized void close() {
        Consumer<byte[], byte[]> last = one;
        one = null;
        if (last != null) {
            last.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }

    private static void take(ConsumerRecord<byte[], byte[]> next, Map<String, Open> open) {
        if (next.headers().lastHeader(WriteLog.UNREADABLE_HEADER) != null || next.value() == null) {
            return; // never was a write
        }
        try {
            DeadLetter letter = DeadLetter.decode(new String(next.value(), StandardCharsets.UTF_8));
            String writeId = letter.write().writeId();
            if (letter.left() == null) {
                open.put(
                        writeId,
                        new Open(
                                letter.withoutData(),
                                new LogPlace(next.partition(), next.offset()),
                                next.value().length));
            } else {
                open.remove(writeId);
            }
        } catch (UnreadableRecordException unreadable) {
            log.error(
                    "the dead letter at {}:{} cannot be read: {}",
                    next.partition(),
                    next.offset(),
                    unreadable.getMessage());
        }
    }
}
