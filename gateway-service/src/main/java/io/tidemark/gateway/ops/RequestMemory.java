package io.tidemark.gateway.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import io.tidemark.gateway.edge.Decided;
import io.tidemark.gateway.edge.ExplainProperties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last requests, by their ids: bounded in bytes and in time, the oldest forgotten first. Nothing of their queries,
 * fields, clients and contents is in it. Thread-safe.
 */
final class RequestMemory {
    private static final int BESIDE = 400;
    private static final int OF_A_STEP = 250;
    private static final int OF_ONE_SEEN = 400;

    private final long most;
    private final long kept;
    private final Map<String, Remembered> requests = new LinkedHashMap<>();
    private long bytes;

    /**
     * A request as it was.
     *
     * @param trace its steps
     */
    record Remembered(Trace trace, Instant at, long nanos, List<Decided> decisions, int bytes) {}

    RequestMemory(ExplainProperties properties, MeterRegistry metrics) {
        this.most = properties.memory().toBytes();
        this.kept = properties.kept().toNanos();
        Gauge.builder("tidemark.explain.bytes", this, RequestMemory::bytes)
                .baseUnit("bytes")
                .description("about how much memory the remembered requests take: tidemark.explain.memory")
                .register(metrics);
        Gauge.builder("tidemark.explain.requests", this, RequestMemory::size)
                .description("requests that can be explained by their ids")
                .register(metrics);
    }

    /** A request is over. */
    void ended(Trace trace) {
        String id = trace.requestId();
        if (id == null || trace.root().kind() != Span.Kind.SERVER) {
            return;
        }
        List<Decided> decisions = new ArrayList<>();
        int size = BESIDE + OF_A_STEP * trace.spans().size();
        for (Record note : trace.notes()) {
            if (note instanceof Decided decided) {
                decisions.add(decided);
                size += 2 * decided.key().length()
                        + OF_ONE_SEEN * (1 + decided.seen().size());
            }
        }
        long nanos = System.nanoTime();
        Instant at = Instant.ofEpochSecond(0, trace.root().startEpochNanos());
        remember(id, new Remembered(trace, at, nanos, List.copyOf(decisions), size));
    }

    private synchronized void remember(String id, Remembered request) {
        forget(id);
        requests.put(id, request);
        bytes += request.bytes;
        var oldest = requests.entrySet().iterator();
        while (oldest.hasNext()) {
            Remembered next = oldest.next().getValue();
            if (bytes <= most && request.nanos - next.nanos <= kept) {
                return;
            }
            bytes -= next.bytes;
            oldest.remove();
        }
    }

    private void forget(String id) {
        Remembered before = requests.remove(id);
        if (before != null) {
            bytes -= before.bytes;
        }
    }

    /** Null if it is not known, or not any more. */
    synchronized @Nullable Remembered find(String id) {
        Remembered known = requests.get(id);
        return known != null && System.nanoTime() - known.nanos <= kept ? known : null;
    }

    /** The last one of a key up to a time, null if none is remembered. */
    synchronized @Nullable Remembered last(String key, Instant upTo) {
        Remembered last = null;
        for (Remembered request : requests.values()) {
            if (!request.at.isAfter(upTo)
                    && (last == null || !request.at.isBefore(last.at))
                    && request.decisions.stream()
                            .anyMatch(decided -> decided.key().equals(key))) {
                last = request;
            }
        }
        return last;
    }

    /** How far it goes back: when the oldest that it has was; null if it has none. */
    synchronized @Nullable Instant since() {
        return requests.isEmpty() ? null : requests.values().iterator().next().at;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int size() {
        return requests.size();
    }

    static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }
}
