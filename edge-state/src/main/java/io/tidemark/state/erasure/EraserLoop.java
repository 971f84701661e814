package io.tidemark.state.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the purge log for an {@link Eraser}: takes part in a consumer group, so that one process at a time erases, in the order of
 * the log, and says so in {@link Topics#ERASURES}. A purge counts as read only after it was erased; while Redis or the
 * broker is out of reach it is tried again.
 */
public final class EraserLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EraserLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Between two batches: nothing that is served waits for the eraser, and many purges at once cost it little more than one. */
    private static final Duration SPACING = Duration.ofMillis(100);

    private final String what;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Producer<byte[], byte[]> producer;
    private final Supplier<String> epoch;
    private final Eraser eraser;
    private final Thread thread;
    private volatile boolean stopping;
    private final Outage brokers = new Outage(log, "The eraser starts over", "The eraser reads the purge log");
    private boolean outage; // of the eraser's own thread
    private @Nullable Place known; // of the same

    /** The place that an eraser keeps, if it knows one. */
    private record Place(@Nullable Position position) {}

    /**
     * @param what it erases, for people
     * @param epoch asks the broker for the purge log's epoch; may fail
     */
    public EraserLoop(
            String what,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Producer<byte[], byte[]> producer,
            Supplier<String> epoch,
            Eraser eraser) {
        this.what = what;
        this.consumers = consumers;
        this.producer = producer;
        this.epoch = epoch;
        this.eraser = eraser;
        this.thread = Thread.ofPlatform().name("eraser of " + what).daemon().unstarted(this::run);
    }

    public void start() {
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
                known = null;
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                brokers.over();
                log.info("Erasing {}: {}", what, !partitions.isEmpty());
            }
        });
        known = null;
        while (!stopping) {
            consumer.poll(POLL).forEach(waiting::add);
            if (eraser.keepsPlace() && !consumer.assignment().isEmpty() && wasMoved(consumer)) {
                waiting.clear();
                consumer.resume(consumer.assignment());
            }
            boolean knowsWhere = !eraser.keepsPlace() || known != null;
            if (!waiting.isEmpty() && knowsWhere && erased(waiting)) {
                waiting.clear();
                consumer.commitSync(Duration.ofSeconds(5));
                consumer.resume(consumer.assignment());
                pause(SPACING);
            } else if (!waiting.isEmpty()) {
                consumer.pause(consumer.assignment()); // stays in the group, and reads no further
            }
        }
    }

    /** Whether what it erases from is as of another place than it was: at first, and after an older copy was put back. */
    private boolean wasMoved(Consumer<byte[], byte[]> consumer) {
        try {
            Position place = eraser.place();
            Place now = new Place(place);
            if (now.equals(known)) {
                return false;
            }
            if (known != null) {
                log.warn("{} are as of {} again; what was erased since is erased anew", what, place);
            }
            known = now;
            if (place == null || !place.epoch().equals(epoch.get())) {
                consumer.seekToBeginning(consumer.assignment());
            } else {
                consumer.assignment().forEach(partition -> consumer.seek(partition, place.offset() + 1));
            }
            return true;
        } catch (PersonErasure.NotErasedException unknown) {
            return false; // looked at again in a moment
        }
    }

    private boolean erased(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
            String now = epoch.get();
            List<Eraser.Logged> purges = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                add(purges, record, new Position(now, record.offset()));
            }
            List<Future<?>> reports = new ArrayList<>();
            eraser.erase(purges).forEach(erasure -> reports.add(publish(erasure)));
            for (Future<?> report : reports) {
                report.get(10, TimeUnit.SECONDS);
            }
            if (!reports.isEmpty() && eraser.keepsPlace()) {
                Position last = purges.getLast().position();
                eraser.place(last);
                known = new Place(last);
            }
            outage = false;
            return true;
        } catch (RuntimeException | ExecutionException | TimeoutException failure) {
            if (!outage) { // once, not twice a second
                outage = true;
                log.warn("{} purges wait for the eraser of {}: {}", records.size(), what, failure.getMessage());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void add(List<Eraser.Logged> purges, ConsumerRecord<byte[], byte[]> record, Position position) {
        try {
            if (record.value() != null) {
                purges.add(new Eraser.Logged(RecordCodec.PURGE.decode(record.value()), position));
            }
        } catch (UnreadableRecordException unreadable) {
            log.error("Purge {} cannot be erased from {}: {}", position, what, unreadable.getMessage());
        }
    }

    private Future<?> publish(Erasure erasure) {
        return producer.send(new ProducerRecord<>(
                Topics.ERASURES, 0, erasure.region().getBytes(UTF_8), RecordCodec.ERASURE.encode(erasure)));
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
