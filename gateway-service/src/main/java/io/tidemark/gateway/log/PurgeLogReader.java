package io.tidemark.gateway.log;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.tracing.MessageSpans;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the purge log into the ledger, on a thread of its own: from the beginning, and then on. Belongs to no consumer
 * group and commits nothing; the ledger is what it has read.
 *
 * <p>It errs on the safe side: a gap in the log raises the ledger's floor, a log that lost its end or was replaced starts
 * the ledger over, a record that cannot be read counts as a purge of everything. When the broker is out of reach it tries
 * again, four times a second.
 */
final class PurgeLogReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PurgeLogReader.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration RETRY = Duration.ofMillis(250);
    private static final Duration EPOCH_CHECK = Duration.ofSeconds(1);

    private final PurgeLedger ledger;
    private final Fence fence;
    private final PurgeLogProbe probe;
    private final Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
    private final LongSupplier nanoTime;
    private final List<Runnable> onMove;
    private final BiConsumer<Purge, Optional<Instant>> onPurge;
    private final Tracing tracing;
    private final Runnable onMissingTopic;
    private final AtomicReference<String> observedEpoch = new AtomicReference<>(PurgeLedger.UNREAD);
    private final Thread thread;
    private final Thread epochWatch;
    private volatile boolean stopping;
    private volatile long end = Position.NOTHING_APPLIED;
    private long firstNew; // of the reader's own thread
    private final Outage outage =
            new Outage(log, "Cut off from the purge log", "The purge log is read"); // of the reader's own thread

    /**
     * @param onMove told, on the reader's thread, that the watermark has moved; must not block
     * @param onPurge told of each purge after it was applied, and when the broker appended it, where brokers date records
     * @param tracing where it is told of each purge that comes after the first reading
     * @param onMissingTopic told that there is no purge log yet
     */
    PurgeLogReader(
            PurgeLedger ledger,
            Fence fence,
            PurgeLogProbe probe,
            Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
            LongSupplier nanoTime,
            List<Runnable> onMove,
            BiConsumer<Purge, Optional<Instant>> onPurge,
            Tracing tracing,
            Runnable onMissingTopic) {
        this.ledger = ledger;
        this.fence = fence;
        this.probe = probe;
        this.consumers = consumers;
        this.nanoTime = nanoTime;
        this.onMove = List.copyOf(onMove);
        this.onPurge = onPurge;
        this.tracing = tracing;
        this.onMissingTopic = onMissingTopic;
        this.thread = Thread.ofPlatform().name("purge-log-reader").daemon().unstarted(this::run);
        this.epochWatch = Thread.ofVirtual().name("purge-log-epoch").unstarted(this::watchEpoch);
    }

    void start() {
        thread.start();
        epochWatch.start();
    }

    @Override
    public void close() {
        stopping = true;
        epochWatch.interrupt();
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many records the log has beyond the watermark, as far as is known: 0 does not mean that there are none. */
    long lag() {
        return Math.max(0, end - ledger.watermark().offset());
    }

    private void run() {
        while (!stopping) {
            try (var consumer = consumers.get()) {
                follow(consumer);
            } catch (WakeupException | InterruptException asked) {
                // close() asks for it; the loop's condition decides
            } catch (LogTruncationException lost) {
                log.error("The purge log has lost its end; everything stored counts as purged", lost);
                startOver(ledger.watermark().epoch(), ledger.watermark().offset() + 1);
            } catch (InvalidOffsetException gap) {
                log.warn("The purge log does not go back to {}; reading it anew", ledger.watermark());
            } catch (RuntimeException | OutOfMemoryError failure) { // what is no broker may claim to send gigabytes
                report(failure);
                pause(RETRY);
            }
        }
    }

    private void report(Throwable failure) {
        if (BrokerQuestions.isMissingTopic(failure)) {
            onMissingTopic.run();
        }
        outage.failed(failure);
    }

    private void follow(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
        String epoch = probe.epoch();
        observedEpoch.set(epoch);
        if (!epoch.equals(ledger.watermark().epoch())) {
            log.info("Reading purge log {} from its beginning (before: {})", epoch, ledger.watermark());
            startOver(epoch, Position.NOTHING_APPLIED);
        }
        seek(consumer);
        outage.over();
        while (!stopping && epoch.equals(observedEpoch.get())) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                apply(record);
            }
            long before = ledger.watermark().offset();
            ledger.advanceTo(consumer.position(PurgeLogProbe.PARTITION) - 1);
            end = ledger.watermark().offset()
                    + consumer.currentLag(PurgeLogProbe.PARTITION).orElse(0);
            if (!records.isEmpty() || before != ledger.watermark().offset()) {
                moved();
            }
            learnEnd();
        }
    }

    private void seek(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
        var partition = List.of(PurgeLogProbe.PARTITION);
        consumer.assign(partition);
        long first = consumer.beginningOffsets(partition).getOrDefault(PurgeLogProbe.PARTITION, 0L);
        long afterLast = consumer.endOffsets(partition).getOrDefault(PurgeLogProbe.PARTITION, 0L);
        firstNew = afterLast;
        Position watermark = ledger.watermark();
        if (watermark.offset() >= afterLast) {
            log.error("The purge log ends before {}; everything stored counts as purged", watermark);
            startOver(watermark.epoch(), watermark.offset() + 1);
        }
        if (ledger.watermark().offset() + 1 < first) {
            log.info("The purge log begins at {}; what was filled before counts as purged", first);
            ledger.raiseFloor(first - 1);
            ledger.advanceTo(first - 1);
        }
        consumer.seek(PurgeLogProbe.PARTITION, ledger.watermark().offset() + 1);
        moved();
    }

    private void startOver(String epoch, long floor) {
        ledger.startEpoch(epoch);
        ledger.raiseFloor(floor);
        fence.epochChanged();
        moved();
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        Purge purge = read(record);
        purge.targets().stream()
                .filter(target -> target.kind() == Target.Kind.INVALID)
                .forEach(target -> log.error(
                        "Purge {} of {} has a target that names no place and covers nothing: {}",
                        record.offset(),
                        purge.source(),
                        target.value()));
        Span span = record.offset() < firstNew
                ? Span.NONE
                : MessageSpans.process(tracing, record, purge.requestId())
                        .set("tidemark.purge.id", purge.id())
                        .set("tidemark.purge.targets", purge.targets().size());
        ledger.apply(purge, record.offset(), nanoTime.getAsLong());
        span.set("tidemark.purge.position", new Position(ledger.watermark().epoch(), record.offset()))
                .end();
        try {
            onPurge.accept(purge, appendedAt(record));
        } catch (RuntimeException failure) { // it is applied, that is what counts
            log.warn("Purge {}: {}", record.offset(), failure.toString());
        }
    }

    private static Optional<Instant> appendedAt(ConsumerRecord<byte[], byte[]> record) {
        return record.timestampType() == TimestampType.LOG_APPEND_TIME
                ? Optional.of(Instant.ofEpochMilli(record.timestamp()))
                : Optional.empty();
    }

    /** A record that cannot be read might cover anything. */
    private static Purge read(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value() != null) {
                return RecordCodec.PURGE.decode(record.value());
            }
            log.error("Purge {} has no value; everything stored counts as purged", record.offset());
        } catch (UnreadableRecordException unreadable) {
            log.error(
                    "Purge {} cannot be read ({}); everything stored counts as purged. Is this gateway too old?",
                    record.offset(),
                    unreadable.getMessage());
        }
        return new Purge(
                "unreadable-" + record.offset(),
                "unreadable",
                List.of(Target.all()),
                Purge.Mode.HARD,
                null,
                Instant.ofEpochMilli(Math.max(0, record.timestamp())));
    }

    private void moved() {
        fence.applied(ledger.watermark());
        onMove.forEach(Runnable::run);
    }

    private void learnEnd() {
        OptionalLong term = fence.wantsEnd();
        if (term.isPresent()) {
            Position last = probe.end();
            if (last.epoch().equals(ledger.watermark().epoch())) {
                fence.logEndsAt(term.getAsLong(), last);
                end = Math.max(end, last.offset());
                fence.applied(ledger.watermark());
            } else {
                observedEpoch.set(last.epoch());
            }
        }
    }

    /** A consumer does not always notice that its topic was replaced, or is gone; so somebody looks. */
    private void watchEpoch() {
        while (!stopping) {
            pause(EPOCH_CHECK);
            try {
                if (!stopping) {
                    observedEpoch.set(probe.epoch());
                }
            } catch (RuntimeException failure) {
                log.debug("The purge log does not say its epoch: {}", failure.getMessage());
                if (BrokerQuestions.isMissingTopic(failure)) {
                    if (!observedEpoch.getAndSet(PurgeLedger.UNREAD).equals(PurgeLedger.UNREAD)) {
                        log.error("The purge log was deleted");
                    }
                    onMissingTopic.run();
                }
            }
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
