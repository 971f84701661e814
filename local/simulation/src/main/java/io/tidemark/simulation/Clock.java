package io.tidemark.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Abstract time: one step is 100 ms. */
final class Clock implements InstantSource {
    static final int FENCE = 20;
    static final int LEASE = 30;

    private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

    private int now;
    private Instant instant = START;

    int now() {
        return now;
    }

    void pass(int steps) {
        if (steps > 0) {
            now += steps;
            instant = START.plus(duration(now));
        }
    }

    long nanos() {
        return nanos(now);
    }

    static long nanos(int step) {
        return 100_000_000L * step;
    }

    static Duration duration(int steps) {
        return Duration.ofMillis(100L * steps);
    }

    @Override
    public Instant instant() {
        return instant;
    }
}
