package io.tidemark.gateway.analytics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.tracing.Outbox;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import io.tidemark.commons.tracing.TraceListener;
import org.slf4j.LoggerFactory;

/**
 * Sends one record of each request. Whoever answers makes one object and offers it: nobody waits, and what cannot be sent is dropped
 * and counted ({@code tidemark.analytics.sent}, {@code .dropped}, {@code .waiting}). What of a batch was on its way when it failed
 * counts as dropped. Of requests that are at home elsewhere there is none here: their home has one. Thread-safe.
 */
public final class Analytics implements TraceListener, AutoCloseable {
    private final Outage outage = new Outage(
            LoggerFactory.getLogger(Analytics.class),
            "Records of requests (tidemark.analytics) cannot be sent, and are dropped",
            "Records of requests are sent");
    private final Outbox<AnsweredRequest> outbox;
    private final AutoCloseable sender;

    /** @param closing what the sender needs closed */
    Analytics(
            AnalyticsProperties properties,
            Outbox.Sender<AnsweredRequest> sender,
            AutoCloseable closing,
            MeterRegistry metrics) {
        this.sender = closing;
        this.outbox =
                new Outbox<>("tidemark.analytics", properties.waiting(), properties.batch(), sender, outage, metrics);
    }

    /** One that no trace tells of. */
    public void answered(AnsweredRequest request) {
        outbox.offer(request);
    }

    @Override
    public void ended(Trace trace) {
        if (trace.root().kind() == Span.Kind.SERVER) {
            outbox.offer(AnsweredRequest.of(trace));
        }
    }

    Outbox<AnsweredRequest> outbox() {
        return outbox;
    }

    Outage outage() {
        return outage;
    }

    @Override
    public void close() throws Exception {
        outbox.close();
        sender.close();
    }
}
