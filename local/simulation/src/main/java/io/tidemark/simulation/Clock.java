package io.tidemark.simulation;

import java.time.Duration;
import java.time.Instant;

/** Abstract time: one step is 100 ms. */
final class Clock {
    static final int FENCE = 20;
    static final int LEASE = 30;

    private int now;

    int now() {
        return now;
    }

    void pass(int steps) {
        now += steps;
    }

    long nanos() {
        return nanos(now);
    }

    static long nanos(int step) {
        return duration(step).toNanos();
    }

    static Duration duration(int steps) {
        return Duration.ofMillis(100L * steps);
    }

    Instant wall() {
        return Instant.ofEpochSecond(1_700_000_000).plus(duration(now));
    }
}
