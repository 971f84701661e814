package io.tidemark.gateway.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The region's eraser: takes part in the region's consumer group, so that one gateway at a time erases, in the order of
 * the log, and says so in {@link Topics#ERASURES}. A purge counts as read only after it was erased; while Redis or the
 * broker is out of reach it is tried again.
 */
final class EraserLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EraserLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Between two batches: nothing that is served waits for the eraser, and many purges at once cost it little more than one. */
    private static final Duration SPACING = Duration.ofMillis(100);

    private final String region;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Producer<byte[], byte[]> producer;
    private final Supplier<String> epoch;
    private final RedisEraser eraser;
    private final InstantSource clock;
    private final LongConsumer onDeleted;
    private final Thread thread = Thread.ofPlatform().name("eraser").daemon().unstarted(this::run);
    private volatile boolean stopping;
    private final Outage brokers = new Outage(log, "The eraser starts over", "The eraser reads the purge log");
    private boolean outage; // of the eraser's own thread

    /**
     * @param epoch asks the broker for the purge log's epoch; may fail
     * @param onDeleted told how many responses were deleted
     */
    EraserLoop(
            String region,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Producer<byte[], byte[]> producer,
            Supplier<String> epoch,
            RedisEraser eraser,
            InstantSource clock,
            LongConsumer onDeleted) {
        this.region = region;
        this.consumers = consumers;
        this.producer = producer;
        this.epoch = epoch;
        this.eraser = eraser;
        this.clock = clock;
        this.onDeleted = onDeleted;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try (var consumer = consumers.get()) {
                follow(consumer);
            } catch (RuntimeException | OutOfMemoryError failure) { // what is no broker may claim to send gigabytes
                brokers.failed(failure);
                pause(POLL);
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        List<ConsumerRecord<byte[], byte[]>> waiting = new ArrayList<>();
        consumer.subscribe(List.of(Topics.PURGES), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                waiting.clear(); // somebody else's now, from the last committed one on
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                brokers.over();
                log.info("Erasing for region {}: {}", region, !partitions.isEmpty());
            }
        });
        while (!stopping) {
            consumer.poll(POLL).forEach(waiting::add);
            if (!waiting.isEmpty() && erased(waiting)) {
                waiting.clear();
                consumer.commitSync(Duration.ofSeconds(5));
                consumer.resume(consumer.assignment());
                pause(SPACING);
            } else if (!waiting.isEmpty()) {
                consumer.pause(consumer.assignment()); // stays in the group, and reads no further
            }
        }
    }

    private boolean erased(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
            String now = epoch.get();
            List<Erasable> purges = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                add(purges, record, new Position(now, record.offset()));
            }
            long start = System.nanoTime();
            long[] deleted = eraser.erase(purges);
            long tookMs = Duration.ofNanos(System.nanoTime() - start).toMillis();
            List<Future<?>> reports = new ArrayList<>();
            for (int i = 0; i < deleted.length; i++) {
                onDeleted.accept(deleted[i]); // before anybody hears of it
                reports.add(publish(purges.get(i), deleted[i], tookMs));
            }
            for (Future<?> report : reports) {
                report.get(10, TimeUnit.SECONDS);
            }
            outage = false;
            return true;
        } catch (RuntimeException | ExecutionException | TimeoutException failure) {
            if (!outage) { // once, not twice a second
                outage = true;
                log.warn("{} purges wait to be erased in {}: {}", records.size(), region, failure.getMessage());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static void add(List<Erasable> purges, ConsumerRecord<byte[], byte[]> record, Position position) {
        try {
            if (record.value() != null) {
                purges.add(Erasable.of(RecordCodec.PURGE.decode(record.value()), position));
            }
        } catch (UnreadableRecordException unreadable) {
            log.error("Purge {} cannot be erased: {}", position, unreadable.getMessage());
        }
    }

    private Future<?> publish(Erasable purge, long deleted, long tookMs) {
        Erasure erasure = new Erasure(
                Erasure.SCHEMA, region, purge.position(), purge.purge().id(), deleted, tookMs, clock.instant());
        return producer.send(
                new ProducerRecord<>(Topics.ERASURES, 0, region.getBytes(UTF_8), RecordCodec.ERASURE.encode(erasure)));
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
