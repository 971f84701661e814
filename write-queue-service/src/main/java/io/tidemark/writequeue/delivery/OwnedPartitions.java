package io.tidemark.writequeue.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.RecordCodec.UnknownSchemaException;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.writequeue.log.LoggedWrite;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.log.WriteLogUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The partitions of the write log that are this instance's, with their lanes. Before one is given up, its lanes have
 * stopped. What changes them runs on the delivery's one thread; what others ask for is safe to read from any thread.
 */
@Component
class OwnedPartitions {
    private static final Logger log = LoggerFactory.getLogger(OwnedPartitions.class);
    private static final Duration ABORT = Duration.ofSeconds(2);

    private final DeliveryProperties properties;
    private final Lanes.Courier courier;
    private final WriteLog writeLog;
    private final Counter unreadable;
    private final LostWrites lost;
    private volatile boolean assigned;
    private final Map<TopicPartition, Lanes> lanes = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Set<TopicPartition> halted = ConcurrentHashMap.newKeySet();

    OwnedPartitions(
            DeliveryProperties properties,
            Lanes.Courier courier,
            WriteLog writeLog,
            LostWrites lost,
            MeterRegistry meters) {
        this.properties = properties;
        this.courier = courier;
        this.writeLog = writeLog;
        this.lost = lost;
        this.unreadable = Counter.builder("tidemark.writes.unreadable")
                .description("records of the write log that were skipped")
                .register(meters);
    }

    int size() {
        return lanes.size();
    }

    int pending() {
        return lanes.values().stream().mapToInt(Lanes::pending).sum();
    }

    Set<TopicPartition> halted() {
        return Set.copyOf(halted);
    }

    /** Follows the consumer's assignments. */
    ConsumerRebalanceListener listener(Consumer<byte[], byte[]> consumer) {
        return new Rebalance(consumer);
    }

    /** Hands a record to its lane. One that cannot be read is skipped; one of a newer schema halts its partition. */
    void take(ConsumerRecord<byte[], byte[]> next, Consumer<byte[], byte[]> consumer) {
        TopicPartition partition = new TopicPartition(next.topic(), next.partition());
        Lanes owner = lanes.get(partition);
        if (owner == null || halted.contains(partition)) {
            return;
        }
        try {
            owner.add(new PendingWrite(LoggedWrite.of(next)));
        } catch (UnknownSchemaException newer) {
            // Skipping it would lose an accepted write, which a newer version can read.
            log.error("{} stands still at offset {}: {}", partition, next.offset(), newer.getMessage());
            halted.add(partition);
            consumer.pause(Set.of(partition));
        } catch (UnreadableRecordException never) {
            log.error("{}: the record at offset {} is skipped: {}", partition, next.offset(), never.getMessage());
            keep(next, String.valueOf(never.getMessage()));
            unreadable.increment();
            owner.skip(next.offset());
        }
    }

    /** One that the dead letters' log does not take is not copied: it would stop its partition for ever. */
    private void keep(ConsumerRecord<byte[], byte[]> unreadable, String why) {
        try {
            writeLog.appendUnreadable(unreadable, why);
        } catch (WriteLogUnavailableException failure) {
            if (!(failure.getCause() instanceof RecordTooLargeException)) {
                throw failure;
            }
            log.error("the record at offset {} is not copied: {}", unreadable.offset(), failure.getMessage());
        }
    }

    /** Reads no further where too much is pending. */
    void bound(Consumer<byte[], byte[]> consumer) {
        long limit = properties.maxPending().toBytes();
        Set<TopicPartition> paused = consumer.paused();
        lanes.forEach((partition, owner) -> {
            if (!paused.contains(partition) && owner.pendingBytes() > limit) {
                consumer.pause(Set.of(partition));
            } else if (paused.contains(partition) && !halted.contains(partition) && owner.pendingBytes() <= limit / 2) {
                consumer.resume(Set.of(partition));
            }
        });
    }

    /** Notices where the log goes on later than it was read up to: what lay between is gone. */
    void findGaps(Consumer<byte[], byte[]> consumer) {
        lanes.forEach((partition, owner) -> {
            if (halted.contains(partition)) {
                return;
            }
            try {
                long next = owner.nextOffset();
                long position = consumer.position(partition, Duration.ZERO);
                if (position > next) {
                    lost.gone(partition, next, position);
                    owner.skip(position - 1);
                }
            } catch (TimeoutException notKnown) {
                log.debug("{}: the position is not known yet", partition);
            }
        });
    }

    /** Whether this instance is a member of the group, though perhaps without a partition. */
    boolean areAssigned() {
        return assigned;
    }

    /** Commits what is finished, without waiting. */
    void commit(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> progress = progress(lanes.keySet());
        if (!progress.isEmpty()) {
            consumer.commitAsync(progress, (_, failure) -> {
                if (failure != null) {
                    log.debug("a commit failed; the next one makes up for it: {}", failure.toString());
                    progress.keySet().forEach(committed::remove);
                }
            });
        }
    }

    /** Stops all lanes, waits for what is under way, and commits. */
    void releaseAll(Consumer<byte[], byte[]> consumer) {
        release(consumer, Set.copyOf(lanes.keySet()));
    }

    /** Stops all lanes at once. */
    void abortAll() {
        assigned = false;
        abort(Set.copyOf(lanes.keySet()));
    }

    private void release(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        long deadline = System.nanoTime() + properties.drainTimeout().toNanos();
        List<Lanes> ending = of(partitions);
        ending.forEach(Lanes::stop);
        ending.forEach(owner -> owner.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
        try {
            Map<TopicPartition, OffsetAndMetadata> progress = progress(partitions);
            if (!progress.isEmpty()) {
                consumer.commitSync(progress, Duration.ofSeconds(5));
            }
        } catch (RuntimeException failure) {
            log.warn(
                    "what is finished is not committed; it will be recognised when it is read again: {}",
                    failure.toString());
        }
        forget(partitions);
    }

    private void abort(Collection<TopicPartition> partitions) {
        List<Lanes> ending = of(partitions);
        ending.forEach(Lanes::abort);
        ending.forEach(owner -> owner.awaitEnd(ABORT));
        forget(partitions);
    }

    private List<Lanes> of(Collection<TopicPartition> partitions) {
        return partitions.stream().map(lanes::get).filter(Objects::nonNull).toList();
    }

    private void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            lanes.remove(partition);
            committed.remove(partition);
            halted.remove(partition);
        });
    }

    /** What is finished and not yet committed. */
    private Map<TopicPartition, OffsetAndMetadata> progress(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Lanes owner = lanes.get(partition);
            if (owner != null) {
                long offset = owner.committable();
                if (!Long.valueOf(offset).equals(committed.put(partition, offset))) {
                    progress.put(partition, new OffsetAndMetadata(offset));
                }
            }
        }
        return progress;
    }

    /** Runs on the delivery's thread, inside of a poll. */
    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        Rebalance(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned = true;
            for (TopicPartition partition : partitions) {
                long from = consumer.position(partition, Duration.ofSeconds(30));
                lanes.put(partition, new Lanes("writes-" + partition.partition(), from, courier));
            }
            if (!partitions.isEmpty()) {
                log.info("delivers partitions {}", partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            log.info("gives up partitions {}", partitions);
            release(consumer, partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            log.warn("lost partitions {}", partitions);
            abort(partitions);
        }
    }
}
