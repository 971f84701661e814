package io.tidemark.writequeue.delivery;

import io.tidemark.commons.problems.Shown;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The unfinished writes of one partition, a lane per ordering key. A lane is one virtual thread that gets its first write
 * on until it is finished, then the next; it ends when it is empty. So a key waits for nothing but itself.
 *
 * <p>Thread-safe: everything is guarded by one lock, which nobody holds while a write is on its way.
 */
final class Lanes {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final String name;
    private final Courier courier;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition laneEnded = lock.newCondition();
    private final Map<String, Lane> lanes = new HashMap<>();
    private final TreeSet<Long> unfinished = new TreeSet<>();
    private long nextOffset;
    private long pendingBytes;
    private boolean stopped;

    /** Gets one write on. Called by one thread per lane. */
    @FunctionalInterface
    interface Courier {
        Step step(PendingWrite write) throws InterruptedException;
    }

    private final class Lane {
        private final String key;
        private final PriorityQueue<PendingWrite> writes = new PriorityQueue<>(PendingWrite.ORDER);
        private final Condition changed = lock.newCondition();
        private final Thread thread;

        Lane(String key) {
            this.key = key;
            this.thread = Thread.ofVirtual().name(name + "-" + Shown.of(key)).unstarted(() -> run(this));
        }
    }

    /**
     * Makes lanes for a partition.
     *
     * @param committed where the partition is read from
     */
    Lanes(String name, long committed, Courier courier) {
        this.name = name;
        this.nextOffset = committed;
        this.courier = courier;
    }

    /** Takes a record of the partition, the next one in the order of their offsets. */
    void add(PendingWrite write) {
        lock.lock();
        try {
            if (stopped) {
                return; // neither taken nor committed: whoever reads on finds it
            }
            nextOffset = write.logged().offset() + 1;
            unfinished.add(write.logged().offset());
            pendingBytes += write.logged().bytes();
            String key = write.logged().write().orderingKey();
            Lane lane = lanes.get(key);
            if (lane == null) {
                lane = new Lane(key);
                lanes.put(key, lane);
                lane.writes.add(write);
                lane.thread.start();
            } else {
                lane.writes.add(write);
                lane.changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Passes over a record of the partition, the next one in the order of their offsets. */
    void skip(long offset) {
        lock.lock();
        try {
            if (!stopped) {
                nextOffset = offset + 1;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The offset of the record that comes next. */
    long nextOffset() {
        lock.lock();
        try {
            return nextOffset;
        } finally {
            lock.unlock();
        }
    }

    /** The offset that may be committed: everything before it is finished. */
    long committable() {
        lock.lock();
        try {
            return unfinished.isEmpty() ? nextOffset : unfinished.first();
        } finally {
            lock.unlock();
        }
    }

    long pendingBytes() {
        lock.lock();
        try {
            return pendingBytes;
        } finally {
            lock.unlock();
        }
    }

    int pending() {
        lock.lock();
        try {
            return unfinished.size();
        } finally {
            lock.unlock();
        }
    }

    /** From now on no write is begun; lanes that wait end. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            lanes.values().forEach(lane -> lane.changed.signal());
        } finally {
            lock.unlock();
        }
    }

    /** After {@link #stop}: waits until no attempt is under way. Those that still are after the time are aborted. */
    void awaitEnd(Duration patience) {
        if (!awaitLanes(patience)) {
            abort();
            if (!awaitLanes(Duration.ofSeconds(2))) {
                log.error("{}: attempts under way do not end", name);
            }
        }
    }

    /** Stops at once: attempts under way are aborted. */
    void abort() {
        lock.lock();
        try {
            stopped = true;
            lanes.values().forEach(lane -> lane.thread.interrupt());
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitLanes(Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!lanes.isEmpty() && left > 0) {
                left = laneEnded.awaitNanos(left);
            }
            return lanes.isEmpty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void run(Lane lane) {
        try {
            PendingWrite first = first(lane);
            while (first != null) {
                Step step = step(first);
                first = next(lane, first, step);
            }
        } catch (InterruptedException aborted) {
            log.debug("{}: lane {} aborted", name, Shown.of(lane.key));
            end(lane);
        }
    }

    private Step step(PendingWrite write) throws InterruptedException {
        try {
            return courier.step(write);
        } catch (RuntimeException failure) {
            log.warn("write {} waits: {}", write.logged().write().writeId(), failure.toString());
            return new Step.Wait(AFTER_A_FAILURE);
        } finally {
            MDC.clear();
        }
    }

    /** The lane's first write; null if the lane is at its end, which it then is for good. */
    private @Nullable PendingWrite first(Lane lane) {
        lock.lock();
        try {
            PendingWrite first = lane.writes.peek();
            if (stopped || first == null) {
                end(lane);
                return null;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable PendingWrite next(Lane lane, PendingWrite current, Step step) throws InterruptedException {
        lock.lock();
        try {
            switch (step) {
                case Step.Done() -> {
                    lane.writes.remove(current);
                    unfinished.remove(current.logged().offset());
                    pendingBytes -= current.logged().bytes();
                }
                case Step.Wait(Duration time) -> {
                    long left = time.toNanos();
                    while (left > 0 && !stopped && lane.writes.peek() == current) {
                        left = lane.changed.awaitNanos(left);
                    }
                }
            }
            return first(lane);
        } finally {
            lock.unlock();
        }
    }

    private void end(Lane lane) {
        lock.lock();
        try {
            lanes.remove(lane.key);
            laneEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
