package io.tidemark.writequeue.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How long ago a consumer sent the last heartbeat that the broker has acknowledged, at the most. By the monotonic clock: the
 * client counts by the wall clock, which may be set. One thread looks, often; any may ask.
 */
final class Heartbeats {
    private final DoubleSupplier acknowledged;
    private final DoubleSupplier slowestMillis;
    private final LongSupplier nanoTime;
    private double seen;
    private long lookedAt;
    private volatile long heardAt;
    private volatile boolean heard;

    /**
     * @param acknowledged how many heartbeats were answered, ever
     * @param slowestMillis how long the slowest answer of late took
     */
    Heartbeats(DoubleSupplier acknowledged, DoubleSupplier slowestMillis, LongSupplier nanoTime) {
        this.acknowledged = acknowledged;
        this.slowestMillis = slowestMillis;
        this.nanoTime = nanoTime;
        this.seen = acknowledged.getAsDouble();
        this.lookedAt = nanoTime.getAsLong();
    }

    /** What was answered since the last look was so at the earliest just after that look. */
    void look() {
        long now = nanoTime.getAsLong();
        double count = acknowledged.getAsDouble();
        if (count > seen) {
            heardAt = lookedAt;
            heard = true;
            seen = count;
        }
        lookedAt = now;
    }

    /** The broker has taken this consumer in since the last look, which tells it as much. */
    void joined() {
        heardAt = lookedAt;
        heard = true;
    }

    Duration age() {
        if (!heard) {
            return DeliveryConsumers.NEVER;
        }
        double slowest = slowestMillis.getAsDouble();
        long onItsWay =
                slowest > 0 ? TimeUnit.MILLISECONDS.toNanos((long) slowest) : 0; // also not a number: none of late
        return Duration.ofNanos(nanoTime.getAsLong() - heardAt + onItsWay);
    }
}
