package io.tidemark.local.suite.storm;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The load before anything is measured: little of it until the just-in-time compilers have done their work, for they get what
 * the load leaves of the processors; then it rises to the whole, and stays until they have compiled what that made hot. They
 * rest when they took less than a tenth of a processor three times in a row, of 10 s or more each.
 */
final class WarmUp {
    /** The share of the load while the compilers work. */
    static final double SLOW = 0.2;

    private static final double AT_REST = 0.1;
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final int LOOKS = 3;

    private final LongSupplier compilerMicros;
    private final long riseLasts;
    private final long latestRise;
    private final long latestEnd;
    private long riseFrom = Long.MAX_VALUE;
    private long lookedAt;
    private long lookedMicros;
    private int looksAtRest;
    private double busy = 1;

    /**
     * A warm-up that begins now.
     *
     * @param longest of which the first half is the longest with little load, and a tenth is the rise
     * @param now as {@link System#nanoTime}
     * @param compilerMicros what the compilers have used of the processors so far
     */
    WarmUp(Duration longest, long now, LongSupplier compilerMicros) {
        this.compilerMicros = compilerMicros;
        this.riseLasts = longest.dividedBy(10).toNanos();
        this.latestRise = now + longest.dividedBy(2).toNanos();
        this.latestEnd = now + longest.toNanos();
        this.lookedAt = now;
        this.lookedMicros = compilerMicros.getAsLong();
    }

    /** Which share of the load is due at a time. */
    double share(long now) {
        if (riseFrom == Long.MAX_VALUE && (compilersRest(now) || now >= latestRise)) {
            riseFrom = now;
            looksAtRest = 0;
        }
        return now < riseFrom ? SLOW : Math.min(1, SLOW + (1 - SLOW) * (now - riseFrom) / riseLasts);
    }

    boolean isOver(long now) {
        return now >= latestEnd || (now - riseLasts >= riseFrom && compilersRest(now));
    }

    /** What the compilers took of a processor when they were looked at last. */
    double compilersBusy() {
        return busy;
    }

    private boolean compilersRest(long now) {
        if (now - lookedAt < LOOK.toNanos()) {
            return false;
        }
        long micros = compilerMicros.getAsLong();
        busy = (micros - lookedMicros) * 1e3 / (now - lookedAt);
        lookedAt = now;
        lookedMicros = micros;
        looksAtRest = busy < AT_REST ? looksAtRest + 1 : 0;
        return looksAtRest >= LOOKS;
    }
}
