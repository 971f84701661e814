package io.tidemark.commons.requests;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Which requests are logged in full. It depends on the request id alone, so that every service picks the same ones; and as a
 * client may choose its ids, no more of them than a number a second, of this service. Thread-safe.
 */
public final class LogSampling {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double rate;
    private final long spacing;
    private final LongSupplier nanos;
    private final AtomicLong due; // when the next one may be logged if the last ones came evenly

    /**
     * From the properties.
     *
     * @param rate the share of requests, 0 to 1 ({@code tidemark.log.sample-rate})
     * @param perSecond the most of them in a second ({@code tidemark.log.sampled-per-second})
     * @param nanos the monotonic clock
     */
    public LogSampling(double rate, int perSecond, LongSupplier nanos) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("tidemark.log.sample-rate must be between 0 and 1: " + rate);
        }
        if (perSecond < 1) {
            throw new IllegalArgumentException("tidemark.log.sampled-per-second must be at least 1: " + perSecond);
        }
        this.rate = rate;
        this.spacing = SECOND / perSecond;
        this.nanos = nanos;
        this.due = new AtomicLong(nanos.getAsLong() - SECOND);
    }

    /** Whether the request with this id is one of those that are logged in full. */
    public boolean includes(String requestId) {
        int hash = requestId.hashCode() * 0x9E3779B9; // spreads ids that differ in their last characters only
        return (hash >>> 8) < rate * (1 << 24);
    }

    /** Whether it is, and one more may be logged now, which counts it. */
    public boolean takes(String requestId) {
        return includes(requestId) && isWithinTheRate();
    }

    private boolean isWithinTheRate() {
        while (true) {
            long now = nanos.getAsLong();
            long before = due.get();
            long next = Math.max(before - now, -SECOND) + now + spacing;
            if (next - now > 0) {
                return false;
            }
            if (due.compareAndSet(before, next)) {
                return true;
            }
        }
    }
}
