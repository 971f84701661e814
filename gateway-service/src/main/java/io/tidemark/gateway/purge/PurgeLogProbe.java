package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker itself, never a memory of it, which log there is and where it ends. Blocks up to its timeout. */
final class PurgeLogProbe {
    static final TopicPartition PARTITION = new TopicPartition(Topics.PURGES, 0);

    private final Admin admin;
    private final Duration timeout;

    PurgeLogProbe(Admin admin, Duration timeout) {
        this.admin = admin;
        this.timeout = timeout;
    }

    /**
     * The id of the topic; a recreated one has another.
     *
     * @throws KafkaException if the broker does not say in time
     */
    String epoch() {
        var description = Objects.requireNonNull(
                admin.describeTopics(List.of(Topics.PURGES)).topicNameValues().get(Topics.PURGES));
        return await(description).topicId().toString();
    }

    /**
     * The last position in the log.
     *
     * @throws KafkaException if the broker does not say in time, or the log was replaced while it was asked
     */
    Position end() {
        String before = epoch();
        long end = await(admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                        .partitionResult(PARTITION))
                .offset();
        if (!before.equals(epoch())) {
            throw new KafkaException("the purge log was replaced while its end was asked for");
        }
        return new Position(before, end - 1);
    }

    private <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new KafkaException(failure.getCause());
        } catch (TimeoutException failure) {
            throw new KafkaException("no answer from the purge log within " + timeout, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException(interrupted);
        }
    }
}
