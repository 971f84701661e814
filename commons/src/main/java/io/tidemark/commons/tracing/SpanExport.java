package io.tidemark.commons.tracing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tidemark.commons.outage.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sends the spans of traces that are sampled, and of those that are kept for how they ended. Thread-safe. */
final class SpanExport implements TraceListener, AutoCloseable {
    private static final int BATCH = 512;

    private final Resource resource;
    private final SpanExporter exporter;
    private final Duration timeout;
    private final Rate kept;
    private final Counter tooMany;
    private final Outbox<SpanData> outbox;

    /**
     * @param kept how many a second are kept for how they ended
     * @param timeout how long the receiver has for a batch
     */
    SpanExport(
            Resource resource, SpanExporter exporter, Duration timeout, Rate kept, int waiting, MeterRegistry metrics) {
        this.resource = resource;
        this.exporter = exporter;
        this.timeout = timeout;
        this.kept = kept;
        this.tooMany = Counter.builder("tidemark.traces.not.kept")
                .description("traces that ended badly or oddly and were not kept: tidemark.tracing.kept-per-second")
                .register(metrics);
        Outage outage = new Outage(
                LoggerFactory.getLogger(SpanExport.class), "Spans cannot be sent, and are dropped", "Spans are sent");
        this.outbox = new Outbox<>("tidemark.spans", waiting, BATCH, this::send, outage, metrics);
    }

    @Override
    public void ended(Trace trace) {
        if (!trace.isSampled() && !isKept(trace.kept())) {
            return;
        }
        for (Span span : trace.spans()) {
            outbox.offer(new ExportedSpan(resource, trace, span));
        }
    }

    private boolean isKept(@Nullable String why) {
        if (why == null) {
            return false;
        }
        boolean isWithin = kept.takes();
        if (!isWithin) {
            tooMany.increment();
        }
        return isWithin;
    }

    private void send(List<SpanData> batch) throws IOException {
        CompletableResultCode result = exporter.export(batch);
        result.join(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (!result.isSuccess()) {
            Throwable why = result.getFailureThrowable();
            String said = why == null ? null : why.getMessage();
            throw new IOException(said == null ? "the receiver refuses them, or takes too long" : said, why);
        }
    }

    @Override
    public void close() {
        outbox.close();
        exporter.shutdown();
    }
}
