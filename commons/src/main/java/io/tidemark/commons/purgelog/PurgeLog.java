package io.tidemark.commons.purgelog;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.tracing.MessageSpans;
import io.tidemark.commons.tracing.Span;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of the purge log, {@link Topics#PURGES}. Thread-safe; does not close the producer that it is given.
 *
 * <p>A published purge is on all in-sync replicas (the producer must be set to {@code acks=all}, idempotent).
 */
public final class PurgeLog {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.PURGES, 0);

    private final Producer<byte[], byte[]> producer;
    private final BrokerQuestions brokers;
    private final LogEpoch epoch;
    private final Departures departures;

    /**
     * @param spacing between two requests to the broker: purges that come meanwhile share the next one, and so each step after
     *     it, the reading, the heartbeats, the questions, on every gateway; one that comes alone does not wait
     */
    public PurgeLog(Producer<byte[], byte[]> producer, BrokerQuestions brokers, Duration spacing) {
        this.producer = producer;
        this.brokers = brokers;
        this.epoch = new LogEpoch(brokers);
        this.departures = new Departures(
                spacing,
                System::nanoTime,
                (action, delay) -> CompletableFuture.delayedExecutor(
                                delay.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                        .execute(action));
    }

    /**
     * Appends a purge and answers its position. May block for as long as the producer's {@code max.block.ms} when the
     * broker is out of reach. Fails with {@link PurgeLogUnavailableException}; the purge may be in the log all the same, and
     * publishing it again does no harm.
     *
     * <p>The position's epoch is one that the topic had both before the purge was sent and after it was acknowledged. If it
     * was recreated in between, nobody can say which of the two holds the purge: it is then published once more.
     */
    public CompletableFuture<Position> publish(Purge purge) {
        return publish(purge, Span.NONE);
    }

    /**
     * The same as a part of a step, which the record names.
     *
     * @param ofWhat the step
     */
    public CompletableFuture<Position> publish(Purge purge, Span ofWhat) {
        Span span = MessageSpans.send(ofWhat, Topics.PURGES).set("tidemark.purge.id", purge.id());
        byte[] key = purge.targets().getFirst().toString().getBytes(StandardCharsets.UTF_8);
        byte[] value = RecordCodec.PURGE.encode(purge);
        return epoch.lastKnown()
                .thenCompose(before -> append(key, value, span, before))
                .thenCompose(appended -> appended.isSure()
                        ? CompletableFuture.completedFuture(appended)
                        : append(key, value, span, appended.epochAfter()))
                .thenApply(Appended::position)
                .whenComplete((position, failure) -> ended(span, position, failure))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unavailable(failure)));
    }

    private CompletableFuture<Appended> append(byte[] key, byte[] value, Span span, String epochBefore) {
        CompletableFuture<Long> offset = new CompletableFuture<>();
        departures.leave(() -> send(key, value, span, offset));
        return offset.thenCompose(o -> epoch.asOfNow().thenApply(after -> new Appended(o, epochBefore, after)));
    }

    private static void ended(Span span, @Nullable Position position, @Nullable Throwable failure) {
        if (failure != null) {
            span.failed("unavailable");
        }
        span.set("tidemark.purge.position", position).end();
    }

    private void send(byte[] key, byte[] value, Span span, CompletableFuture<Long> offset) {
        try {
            var _ = producer.send(
                    new ProducerRecord<>(Topics.PURGES, 0, null, key, value, MessageSpans.headers(span)),
                    (metadata, failure) -> {
                        if (failure == null) {
                            offset.complete(metadata.offset());
                        } else {
                            offset.completeExceptionally(failure);
                        }
                    });
        } catch (RuntimeException failure) {
            offset.completeExceptionally(failure);
        }
    }

    private record Appended(long offset, String epochBefore, String epochAfter) {
        boolean isSure() {
            return epochBefore.equals(epochAfter);
        }

        Position position() {
            if (!isSure()) {
                throw new IllegalStateException("the topic was recreated while a purge was being published, twice");
            }
            return new Position(epochAfter, offset);
        }
    }

    private static PurgeLogUnavailableException unavailable(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof PurgeLogUnavailableException known ? known : new PurgeLogUnavailableException(cause);
    }

    /**
     * The position of the last purge in the log, offset {@link Position#NOTHING_APPLIED} if there is none.
     *
     * @throws PurgeLogUnavailableException if the broker does not answer within the timeout
     */
    public Position end(Duration timeout) {
        long end = await(
                        brokers.ask(admin -> admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                                .partitionResult(PARTITION)),
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
        return await(epoch.asOfNow(), timeout);
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
