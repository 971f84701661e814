package io.tidemark.writequeue.log;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Deletes from the write log what is finished and old. The topic itself keeps everything, for a retention by time would
 * delete what still waits. Every instance does it; doing it twice does no harm.
 */
@Component
public class LogTrim {
    private static final Logger log = LoggerFactory.getLogger(LogTrim.class);

    private static final Duration SPARE = Duration.ofHours(1);

    private final BrokerQuestions brokers;
    private final String group;
    private final LogProperties properties;
    private final LogContract logs;
    private final Clock clock;

    LogTrim(KafkaClients clients, KafkaProperties kafka, LogProperties properties, LogContract logs, Clock clock) {
        this.brokers = clients.questions();
        this.group = String.valueOf(kafka.getConsumer().getGroupId());
        this.properties = properties;
        this.logs = logs;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 5, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void trim() {
        try {
            trimBefore(clock.instant().minus(properties.keep()));
        } catch (KafkaException later) {
            log.info("the write log is trimmed another time: {}", later.toString());
        }
    }

    /** Deletes the records that are finished and were appended before the instant. */
    void trimBefore(Instant instant) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(
                brokers.answer(admin -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
        committed
                .entrySet()
                .removeIf(entry ->
                        entry.getValue() == null || !entry.getKey().topic().equals(Topics.WRITES));
        Map<TopicPartition, ListOffsetsResultInfo> young =
                brokers.answer(admin -> admin.listOffsets(committed.keySet().stream()
                                .collect(Collectors.toMap(
                                        partition -> partition, _ -> OffsetSpec.forTimestamp(instant.toEpochMilli()))))
                        .all());
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        committed.forEach((partition, offset) -> {
            ListOffsetsResultInfo firstYoung = young.get(partition);
            long finished = offset.offset();
            long old = firstYoung == null || firstYoung.offset() < 0 ? finished : firstYoung.offset();
            before.put(partition, RecordsToDelete.beforeOffset(Math.min(finished, old)));
        });
        brokers.answer(admin -> admin.deleteRecords(before).all());
    }

    /** Deletes what the dead letters' log has of before the instant, with an hour to spare. */
    public void trimDeadBefore(Instant instant) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        long millis = instant.minus(SPARE).toEpochMilli();
        for (int i = 0; i < logs.deadPartitions(); i++) {
            asked.put(new TopicPartition(Topics.DEAD_WRITES, i), OffsetSpec.forTimestamp(millis));
        }
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        brokers.answer(admin -> admin.listOffsets(asked).all()).forEach((partition, firstYoung) -> {
            if (firstYoung.offset() > 0) {
                before.put(partition, RecordsToDelete.beforeOffset(firstYoung.offset()));
            }
        });
        brokers.answer(admin -> admin.deleteRecords(before).all());
    }
}
