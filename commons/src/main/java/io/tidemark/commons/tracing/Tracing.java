package io.tidemark.commons.tracing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where traces begin, and who is told of their ends. Without a listener nothing is recorded. Thread-safe. */
public final class Tracing {
    /** Nothing is recorded. */
    public static final Tracing OFF =
            new Tracing(null, Duration.ZERO, false, List.of(), Instant::now, System::nanoTime);

    private final @Nullable Sampling sampling;
    private final long slow;
    private final boolean exported;
    private final List<TraceListener> listeners;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * One for a service.
     *
     * @param sampling which traces are recorded whatever they show
     * @param slow traces that take longer are kept
     * @param exported whether what is sent on names this service's spans
     * @param nanos the monotonic clock
     */
    public Tracing(
            @Nullable Sampling sampling,
            Duration slow,
            boolean exported,
            List<TraceListener> listeners,
            InstantSource clock,
            LongSupplier nanos) {
        this.sampling = sampling;
        this.slow = slow.toNanos();
        this.exported = exported;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Whether anybody listens. */
    public boolean isOn() {
        return !listeners.isEmpty();
    }

    /** Whether traces leave this service. */
    public boolean isExported() {
        return exported;
    }

    /** Begins this service's part of a request's trace. */
    public Span begin(String requestId, @Nullable String traceparent, Span.Kind kind, String name) {
        return isOn() ? begin(TraceContext.of(requestId, traceparent), requestId, kind, name) : Span.NONE;
    }

    /** The same where the trace is known already. */
    public Span begin(TraceContext context, String requestId, Span.Kind kind, String name) {
        return isOn() ? begin(context, requestId, isSampled(context), kind, name) : Span.NONE;
    }

    /** The same where the trace is known by its field alone; nothing where it is none. */
    public Span follow(@Nullable String traceparent, @Nullable String requestId, Span.Kind kind, String name) {
        TraceContext said = isOn() ? TraceContext.parse(traceparent) : null;
        return said == null ? Span.NONE : begin(said, requestId, isSampled(said), kind, name);
    }

    private boolean isSampled(TraceContext context) {
        return sampling != null && sampling.includes(context);
    }

    Span begin(TraceContext context, @Nullable String requestId, boolean sampled, Span.Kind kind, String name) {
        Instant now = clock.instant();
        long epoch = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return new Trace(this, context, requestId, sampled, kind, name, epoch, nanos.getAsLong()).root();
    }

    void ended(Trace trace) {
        if (trace.isWithheld()) {
            return;
        }
        if (trace.tookNanos() > slow) {
            trace.keep("slow");
        }
        for (TraceListener listener : listeners) {
            listener.ended(trace);
        }
    }

    long nanos() {
        return nanos.getAsLong();
    }
}
