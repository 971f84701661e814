package io.tidemark.commons.time;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * Tells the time that it was at the start, and how much has passed since by the monotonic clock: for what waits, and asks for a
 * {@link Clock}. Its instants are for differences only; who sets the wall clock does not change it.
 */
public final class MonotonicClock extends Clock {
    private final Instant start;
    private final LongSupplier nanoTime;
    private final long startNanos;

    public MonotonicClock() {
        this(Clock.systemUTC().instant(), System::nanoTime);
    }

    MonotonicClock(Instant start, LongSupplier nanoTime) {
        this.start = start;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoTime.getAsLong() - startNanos);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
