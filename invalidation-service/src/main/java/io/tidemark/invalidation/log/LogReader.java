package io.tidemark.invalidation.log;

import io.tidemark.commons.drain.Drain;
import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.log.LogClients.TopicIds;
import io.tidemark.invalidation.receipts.CompletedUpTo;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the three topics on one thread, each instance of the service for itself and from the beginning (of the purges and
 * erasures: as many as receipts are kept), so that receipts survive a restart. Survives the broker: what the Kafka client
 * does not outlast by itself ends a session, and the next one goes on where that one stopped. Once a second it asks
 * whether a topic is still the same one; one that was recreated is read from its beginning, as another epoch.
 */
final class LogReader implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(LogReader.class);
    private static final TopicPartition PURGES = new TopicPartition(Topics.PURGES, 0);
    private static final TopicPartition WATERMARKS = new TopicPartition(Topics.WATERMARKS, 0);
    private static final TopicPartition ERASURES = new TopicPartition(Topics.ERASURES, 0);
    private static final List<TopicPartition> ALL = List.of(PURGES, WATERMARKS, ERASURES);
    private static final Duration POLL = Duration.ofMillis(100);

    /** After records were read: those that come meanwhile are read together. */
    private static final Duration SPACING = Duration.ofMillis(5);

    /** Of one purge: from each region, and of a person's from the write queue. */
    private static final int ERASURES_OF_ONE = 4;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration TOPIC_CHECK = Duration.ofSeconds(1);

    private final LogClients clients;
    private final ReceiptBoard board;
    private final LogRecords records;
    private final Supplier<Optional<CompletedUpTo>> before;
    private final int capacity;
    private final EndOfWatermarks endOfWatermarks;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private @Nullable TopicIds ids;
    private Map<TopicPartition, Long> backlogEnds = Map.of();
    private final Outage outage = new Outage(log, "The purge log cannot be read", "The purge log is read");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable Thread thread;

    /** @param before what was complete before this instance's start */
    LogReader(
            LogClients clients,
            ReceiptBoard board,
            ReceiptSpans spans,
            Supplier<Optional<CompletedUpTo>> before,
            int capacity) {
        this.clients = clients;
        this.board = board;
        this.records = new LogRecords(board, spans);
        this.before = before;
        this.capacity = capacity;
        this.endOfWatermarks = new EndOfWatermarks(clients, board);
    }

    /** Whether everything that was in the topics at the start was read. */
    boolean isCaughtUp() {
        return board.isCaughtUp();
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name("log-reader").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        stopped.countDown();
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        Thread reader = thread;
        if (reader != null) {
            try {
                reader.join(Duration.ofSeconds(5));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Drain.BEHIND_REQUESTS_PHASE;
    }

    private void run() {
        while (running) {
            try {
                session();
            } catch (WakeupException stop) {
                log.debug("woken up to stop", stop);
            } catch (RuntimeException | OutOfMemoryError failure) { // what is no broker may claim to send gigabytes
                outage.failed(failure);
                if (!pause(PAUSE_AFTER_FAILURE)) {
                    return;
                }
            }
        }
    }

    private void session() {
        TopicIds current = clients.topicIds();
        startOn(current);
        try (Consumer<byte[], byte[]> reading = clients.consumer()) {
            consumer = reading;
            reading.assign(ALL);
            seek(reading);
            if (backlogEnds.isEmpty()) {
                before.get().ifPresent(board::wasComplete);
                backlogEnds = reading.endOffsets(ALL);
                board.startedAt(Objects.requireNonNull(backlogEnds.get(WATERMARKS)));
            }
            CompletableFuture<TopicIds> check = CompletableFuture.completedFuture(current);
            long checkedAt = System.nanoTime();
            while (running) {
                ConsumerRecords<byte[], byte[]> read = reading.poll(POLL);
                records.read(read, current);
                for (TopicPartition partition : ALL) {
                    next.put(partition, reading.position(partition));
                }
                board.watermarksReadUpTo(Objects.requireNonNull(next.get(WATERMARKS)));
                board.settle();
                endOfWatermarks.askIfNeeded();
                outage.over();
                if (!board.isCaughtUp() && isPastBacklog()) {
                    board.caughtUp();
                }
                if (check.isDone() && System.nanoTime() - checkedAt > TOPIC_CHECK.toNanos()) {
                    if (isReplaced(current, check)) {
                        return;
                    }
                    checkedAt = System.nanoTime();
                    check = clients.topicIdsLater();
                }
                if (!read.isEmpty() && !pause(SPACING)) {
                    return;
                }
            }
        } finally {
            consumer = null;
        }
    }

    /** Whether a topic was recreated, or is gone: the next session makes it. */
    private static boolean isReplaced(TopicIds current, CompletableFuture<TopicIds> check) {
        if (!check.isCompletedExceptionally()) {
            if (!check.join().equals(current)) {
                log.warn("a topic was recreated: was {}, is {}", current, check.join());
                return true;
            }
            return false;
        }
        Throwable failure = check.exceptionNow();
        boolean gone = failure instanceof UnknownTopicOrPartitionException
                || failure.getCause() instanceof UnknownTopicOrPartitionException;
        if (gone) {
            log.error("a topic was deleted: {}", failure.getMessage());
        }
        return gone;
    }

    /** Forgets the offsets of topics that are others than in the last session. */
    private void startOn(TopicIds current) {
        TopicIds before = ids;
        if (before != null) {
            if (!before.purges().equals(current.purges())) {
                next.remove(PURGES);
            }
            if (!before.erasures().equals(current.erasures())) {
                next.remove(ERASURES);
            }
            if (!before.watermarks().equals(current.watermarks())) {
                next.remove(WATERMARKS);
                board.startedAt(0);
                board.watermarksRecreated();
            }
        }
        board.epochRead(current.purges());
        ids = current;
    }

    private void seek(Consumer<byte[], byte[]> reading) {
        Map<TopicPartition, Long> beginnings = reading.beginningOffsets(ALL);
        Map<TopicPartition, Long> ends = reading.endOffsets(ALL);
        for (TopicPartition partition : ALL) {
            long beginning = Objects.requireNonNull(beginnings.get(partition));
            long end = Objects.requireNonNull(ends.get(partition));
            long kept = partition.equals(ERASURES) ? (long) capacity * ERASURES_OF_ONE : capacity;
            long from = partition.equals(WATERMARKS) ? beginning : Math.max(beginning, end - kept);
            Long known = next.get(partition);
            reading.seek(partition, known != null && known >= beginning && known <= end ? known : from);
        }
    }

    private boolean isPastBacklog() {
        return backlogEnds.entrySet().stream().allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** False if the end has come. */
    private boolean pause(Duration duration) {
        try {
            return !stopped.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            return false;
        }
    }
}
