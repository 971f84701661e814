package io.tidemark.gateway.log;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker itself, never a memory of it, which log there is and where it ends. Blocks as long as a question may take. */
final class PurgeLogProbe {
    static final TopicPartition PARTITION = new TopicPartition(Topics.PURGES, 0);

    private final BrokerQuestions brokers;

    PurgeLogProbe(BrokerQuestions brokers) {
        this.brokers = brokers;
    }

    /**
     * The id of the topic; a recreated one has another.
     *
     * @throws KafkaException if the broker does not say in time
     */
    String epoch() {
        return brokers.answer(admin -> Objects.requireNonNull(admin.describeTopics(List.of(Topics.PURGES))
                        .topicNameValues()
                        .get(Topics.PURGES)))
                .topicId()
                .toString();
    }

    /**
     * The last position in the log.
     *
     * @throws KafkaException if the broker does not say in time, or the log was replaced while it was asked
     */
    Position end() {
        String before = epoch();
        long end = brokers.answer(admin -> admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                        .partitionResult(PARTITION))
                .offset();
        if (!before.equals(epoch())) {
            throw new KafkaException("the purge log was replaced while its end was asked for");
        }
        return new Position(before, end - 1);
    }
}
