package io.tidemark.commons.purgelog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Lets purges leave together: one that comes alone leaves at once, and whatever comes within the spacing after a departure
 * leaves with the next one. Thread-safe.
 */
final class Departures {
    private final long spacing;
    private final LongSupplier nanoTime;
    private final BiConsumer<Runnable, Duration> timer;
    private List<Runnable> waiting = new ArrayList<>();
    private long nextAt;

    /**
     * @param spacing between two departures; zero for none
     * @param nanoTime the monotonic clock, as {@link System#nanoTime}
     * @param timer runs something after a while, once
     */
    Departures(Duration spacing, LongSupplier nanoTime, BiConsumer<Runnable, Duration> timer) {
        this.spacing = spacing.toNanos();
        this.nanoTime = nanoTime;
        this.timer = timer;
        this.nextAt = nanoTime.getAsLong();
    }

    /** Runs it now, on the caller's thread, or with others on the timer's. It must not throw. */
    void leave(Runnable sending) {
        synchronized (this) {
            long wait = nextAt - nanoTime.getAsLong();
            if (wait > 0 || !waiting.isEmpty()) {
                waiting.add(sending);
                if (waiting.size() == 1) {
                    timer.accept(this::together, Duration.ofNanos(wait));
                }
                return;
            }
            departed();
        }
        sending.run();
    }

    private void together() {
        List<Runnable> all;
        synchronized (this) {
            all = waiting;
            waiting = new ArrayList<>();
            departed();
        }
        all.forEach(Runnable::run);
    }

    private void departed() {
        nextAt = nanoTime.getAsLong() + spacing;
    }
}
