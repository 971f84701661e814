package io.tidemark.writequeue.log;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Reads the dead letters' log from its beginning. */
@Component
public class DeadLetterReader {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterReader.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClients clients;

    DeadLetterReader(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * The letters that were neither redriven nor discarded, by the write's id. Reads up to the log's end as of now; keeps
     * those letters in memory. Fails with a {@code KafkaException} if the broker does not answer.
     */
    public Map<String, DeadLetter> open() {
        try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_WRITES, PATIENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            Map<String, DeadLetter> open = new LinkedHashMap<>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
                consumer.poll(Duration.ofMillis(500)).forEach(next -> take(next, open));
            }
            return open;
        }
    }

    private static void take(ConsumerRecord<byte[], byte[]> next, Map<String, DeadLetter> open) {
        if (next.headers().lastHeader(WriteLog.UNREADABLE_HEADER) != null || next.value() == null) {
            return; // never was a write
        }
        try {
            DeadLetter letter = DeadLetter.decode(new String(next.value(), StandardCharsets.UTF_8));
            String writeId = letter.write().writeId();
            if (letter.left() == null) {
                open.put(writeId, letter);
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
