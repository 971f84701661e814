package io.tidemark.invalidation.console;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * What the page shows, entry by entry, looked at four times a second while anybody watches, and not at all otherwise. Each watcher
 * compares with what it sent last, so that one who is slow misses what was in between and nothing else. Thread-safe.
 */
final class Feed {
    private final List<Part> parts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Snapshot latest = new Snapshot(0, Map.of());
    private int watchers;

    Feed(Part... parts) {
        this.parts = List.of(parts);
    }

    /**
     * All of it at one moment.
     *
     * @param version rises with each change
     */
    record Snapshot(long version, Map<String, String> entries) {}

    /** Looks on until it is closed. */
    AutoCloseable watch() {
        count(1);
        look();
        return () -> count(-1);
    }

    private void count(int more) {
        lock.lock();
        try {
            watchers += more;
        } finally {
            lock.unlock();
        }
    }

    @Scheduled(fixedRate = 250)
    void lookIfAnybodyWatches() {
        lock.lock();
        try {
            if (watchers == 0) {
                return;
            }
        } finally {
            lock.unlock();
        }
        look();
    }

    void look() {
        Map<String, String> entries = new HashMap<>();
        parts.forEach(part -> part.addTo(entries));
        lock.lock();
        try {
            if (!entries.equals(latest.entries()) || latest.version() == 0) {
                latest = new Snapshot(latest.version() + 1, Map.copyOf(entries));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    Snapshot latest() {
        return latest;
    }

    /** The latest, once it is another one than this version, or the time is over. */
    Snapshot await(long version, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (latest.version() == version && left > 0) {
                left = changed.awaitNanos(left);
            }
            return latest;
        } finally {
            lock.unlock();
        }
    }
}
