package io.tidemark.commons.purgelog;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The writing end of the purge log, {@link Topics#PURGES}. Thread-safe; closes neither of the clients that it is given.
 *
 * <p>A published purge is on all in-sync replicas (the producer must be set to {@code acks=all}, idempotent).
 */
public final class PurgeLog {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.PURGES, 0);

    private final Producer<byte[], byte[]> producer;
    private final Admin admin;

    public PurgeLog(Producer<byte[], byte[]> producer, Admin admin) {
        this.producer = producer;
        this.admin = admin;
    }

    /**
     * Appends a purge and answers its position. May block for as long as the producer's {@code max.block.ms} when the
     * broker is out of reach. Fails with {@link PurgeLogUnavailableException}; the purge may be in the log all the same, and
     * publishing it again does no harm.
     */
    public CompletableFuture<Position> publish(Purge purge) {
        CompletableFuture<Position> position = new CompletableFuture<>();
        byte[] key = purge.targets().getFirst().toString().getBytes(StandardCharsets.UTF_8);
        try {
            String epoch = epoch(Duration.ofSeconds(2));
            var _ = producer.send(
                    new ProducerRecord<>(Topics.PURGES, 0, key, RecordCodec.PURGE.encode(purge)),
                    (metadata, failure) -> {
                        if (failure == null) {
                            position.complete(new Position(epoch, metadata.offset()));
                        } else {
                            position.completeExceptionally(new PurgeLogUnavailableException(failure));
                        }
                    });
        } catch (RuntimeException failure) {
            position.completeExceptionally(
                    failure instanceof PurgeLogUnavailableException
                            ? failure
                            : new PurgeLogUnavailableException(failure));
        }
        return position;
    }

    /**
     * The position of the last purge in the log, offset {@link Position#NOTHING_APPLIED} if there is none.
     *
     * @throws PurgeLogUnavailableException if the broker does not answer within the timeout
     */
    public Position end(Duration timeout) {
        long end = await(
                        admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                                .partitionResult(PARTITION)
                                .toCompletionStage()
                                .toCompletableFuture(),
                        timeout)
                .offset();
        return new Position(epoch(timeout), end - 1);
    }

    /**
     * The id of the topic as it is now; a recreated topic has another one.
     *
     * @throws PurgeLogUnavailableException if the broker does not answer within the timeout
     */
    public String epoch(Duration timeout) {
        var description = Objects.requireNonNull(
                admin.describeTopics(List.of(Topics.PURGES)).topicNameValues().get(Topics.PURGES));
        return await(description.toCompletionStage().toCompletableFuture(), timeout)
                .topicId()
                .toString();
    }

    private static <T> T await(CompletableFuture<T> answer, Duration timeout) {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException | TimeoutException failure) {
            throw new PurgeLogUnavailableException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PurgeLogUnavailableException(interrupted);
        }
    }
}
