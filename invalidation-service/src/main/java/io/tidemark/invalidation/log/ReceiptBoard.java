package io.tidemark.invalidation.log;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.receipts.Barrier;
import io.tidemark.invalidation.receipts.CompletedUpTo;
import io.tidemark.invalidation.receipts.GatewayStatus;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.receipts.Receipts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The receipts, shared between the thread that reads the log and the requests that ask for them. Thread-safe. */
public final class ReceiptBoard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition headMoved = lock.newCondition();
    private final Receipts receipts;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final List<Consumer<Receipt>> listeners = new ArrayList<>();
    private final Map<String, List<CountDownLatch>> waiting = new HashMap<>();
    private boolean patient = true; // guarded by the lock

    private volatile boolean caughtUp;

    public ReceiptBoard(Receipts receipts, LongSupplier nanoTime, InstantSource clock) {
        this.receipts = receipts;
        this.nanoTime = nanoTime;
        this.clock = clock;
    }

    /** Called for each purge that becomes complete while this instance reads; on the reading thread, outside the lock. */
    public void onComplete(Consumer<Receipt> listener) {
        locked(_ -> listeners.add(listener));
    }

    /** Whether what was in the log at the start was read: before that, receipts of purges may be missing. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    public Optional<Receipt> receipt(String id) {
        return locked(now -> receipts.receipt(id, now));
    }

    /** The newest first, of the sources that are wanted. */
    public List<Receipt> latest(int limit, Predicate<String> sources) {
        return locked(now -> receipts.latest(limit, sources, now));
    }

    public List<GatewayStatus> fleet() {
        return locked(now -> receipts.fleet(now, clock.instant()));
    }

    public Optional<Position> head() {
        return locked(_ -> receipts.head());
    }

    public int openPurges() {
        return locked(_ -> receipts.openPurges());
    }

    public int openErasures() {
        return locked(_ -> receipts.openErasures());
    }

    /** From now on nobody waits for a purge to be complete, and who does is answered what is known. */
    public void waitNoLonger() {
        locked(_ -> {
            patient = false;
            waiting.values().forEach(latches -> latches.forEach(CountDownLatch::countDown));
            return patient;
        });
    }

    /** Waits until the purge is complete, but not longer than this; whether it is. */
    public boolean awaitComplete(String id, Duration timeout) throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        boolean decided = locked(_ -> {
            if (receipts.isComplete(id) || !patient) {
                return true;
            }
            waiting.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(latch);
            return false;
        });
        if (decided) {
            return locked(_ -> receipts.isComplete(id));
        }
        try {
            return latch.await(timeout.toNanos(), TimeUnit.NANOSECONDS) && locked(_ -> receipts.isComplete(id));
        } finally {
            locked(_ -> waiting.computeIfPresent(id, (_, latches) -> {
                latches.remove(latch);
                return latches.isEmpty() ? null : latches;
            }));
        }
    }

    /** Waits until the purges up to this one were read, but not longer than this; whether they were. */
    public boolean awaitRead(Position position, Duration timeout) throws InterruptedException {
        long remaining = timeout.toNanos();
        lock.lock();
        try {
            while (!receipts.head().map(head -> head.isAtOrPast(position)).orElse(false)) {
                if (remaining <= 0) {
                    return false;
                }
                remaining = headMoved.awaitNanos(remaining);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    // --- for the reader ---------------------------------------------------------------------------------------------

    void caughtUp() {
        caughtUp = true;
    }

    void startedAt(long watermarksEnd) {
        locked(_ -> {
            receipts.startedAt(watermarksEnd);
            return watermarksEnd;
        });
    }

    void wasComplete(CompletedUpTo before) {
        locked(_ -> {
            receipts.wasComplete(before);
            return true;
        });
    }

    Optional<CompletedUpTo> completedUpTo() {
        return locked(_ -> receipts.completedUpTo());
    }

    void epochRead(String epoch) {
        locked(_ -> {
            receipts.epochRead(epoch);
            headMoved.signalAll();
            return epoch;
        });
    }

    void watermarksRecreated() {
        locked(_ -> {
            receipts.watermarksRecreated();
            return true;
        });
    }

    void purgeRead(Purge purge, Position position, boolean fromBacklog) {
        locked(now -> {
            receipts.purgeRead(purge, position, fromBacklog, now);
            headMoved.signalAll();
            return true;
        });
    }

    void watermarkRead(long offset, String instance, @Nullable Watermark watermark) {
        locked(now -> {
            receipts.watermarkRead(offset, instance, watermark, now);
            return true;
        });
    }

    void watermarksReadUpTo(long offset) {
        locked(_ -> {
            receipts.watermarksReadUpTo(offset);
            return true;
        });
    }

    void erasureRead(Erasure erasure) {
        locked(_ -> {
            receipts.erasureRead(erasure);
            return true;
        });
    }

    Optional<Barrier> question() {
        return locked(_ -> receipts.question());
    }

    void answered(Barrier barrier, long watermarksEnd) {
        locked(_ -> {
            barrier.liesAt(watermarksEnd);
            return true;
        });
    }

    void settle() {
        List<Receipt> completed = locked(now -> receipts.complete(now, clock.instant()));
        if (completed.isEmpty()) {
            return;
        }
        List<Consumer<Receipt>> told = locked(_ -> {
            completed.forEach(
                    receipt -> waiting.getOrDefault(receipt.id(), List.of()).forEach(CountDownLatch::countDown));
            return List.copyOf(listeners);
        });
        completed.forEach(receipt -> told.forEach(listener -> listener.accept(receipt)));
    }

    private <T> T locked(Function<Long, T> action) {
        lock.lock();
        try {
            return action.apply(nanoTime.getAsLong());
        } finally {
            lock.unlock();
        }
    }
}
