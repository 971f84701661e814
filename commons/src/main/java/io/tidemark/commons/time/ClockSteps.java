package io.tidemark.commons.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Notices that the wall clock was set: between two looks it and the monotonic clock have gone apart. For one thread. */
public final class ClockSteps {
    /** Less is how clocks are kept right all the time. */
    private static final Duration STEP = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private long millis;
    private long nanos;

    public ClockSteps(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.millis = clock.millis();
        this.nanos = nanoTime.getAsLong();
    }

    /** By how much it was set since the last look; zero if it was not. */
    public Duration look() {
        long nowMillis = clock.millis();
        long nowNanos = nanoTime.getAsLong();
        Duration apart = Duration.ofMillis(nowMillis - millis).minusNanos(nowNanos - nanos);
        millis = nowMillis;
        nanos = nowNanos;
        return apart.abs().compareTo(STEP) > 0 ? apart : Duration.ZERO;
    }
}
