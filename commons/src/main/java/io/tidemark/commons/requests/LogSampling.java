package io.tidemark.commons.requests;

import io.tidemark.commons.tracing.Rate;
import io.tidemark.commons.tracing.Sampling;
import io.tidemark.commons.tracing.TraceContext;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are logged in full, and traced. It depends on the id of the request's trace alone, so that every service picks
 * the same ones; and as a client may choose its ids, no more of them are logged than a number a second, of this service.
 * Thread-safe.
 */
public final class LogSampling implements Sampling {
    private final double rate;
    private final Rate perSecond;

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
        this.perSecond = new Rate(perSecond, nanos);
    }

    /** Whether the request with this id, which came without a trace, is one of those. */
    public boolean includes(String requestId) {
        return includes(TraceContext.ofRequest(requestId));
    }

    /** Whether the request with this id is, which says that it belongs to this trace. */
    public boolean includes(String requestId, @Nullable String traceparent) {
        return includes(
                traceparent == null ? TraceContext.ofRequest(requestId) : TraceContext.of(requestId, traceparent));
    }

    /** Whether the requests of this trace are. */
    @Override
    public boolean includes(TraceContext trace) {
        return trace.isWithin(rate);
    }

    /** Whether it is, and one more may be logged now, which counts it. */
    public boolean takes(String requestId) {
        return takes(requestId, null);
    }

    /** Whether it is, and one more may be logged now, which counts it. */
    public boolean takes(String requestId, @Nullable String traceparent) {
        return includes(requestId, traceparent) && perSecond.takes();
    }
}
