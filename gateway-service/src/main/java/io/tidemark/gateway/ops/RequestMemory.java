package io.tidemark.gateway.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.edge.Decided;
import io.tidemark.gateway.edge.ExplainProperties;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last requests, by their ids: bounded in bytes and in time, the oldest forgotten first. Nothing of their queries,
 * fields, clients and contents is in it. Thread-safe.
 */
final class RequestMemory {
    private static final int BESIDE = 300;
    private static final int OF_A_STEP = 200;
    private static final int OF_A_DECISION = 250;
    private static final int OF_ONE_SEEN = 250;

    private final long most;
    private final long kept;
    private final Deque<Remembered> requests = new ArrayDeque<>(); // the oldest first
    private long bytes;

    /**
     * A request as it was.
     *
     * @param trace its steps
     * @param nanos when it was over, by {@link System#nanoTime}
     * @param bytes what it takes, about
     */
    record Remembered(Trace trace, long nanos, int bytes) {
        Instant at() {
            return Instant.ofEpochSecond(0, trace.root().startEpochNanos());
        }

        List<Decided> decisions() {
            return trace.notes().stream()
                    .filter(Decided.class::isInstance)
                    .map(Decided.class::cast)
                    .toList();
        }
    }

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
        if (trace.requestId() == null || trace.root().kind() != Span.Kind.SERVER) {
            return;
        }
        int size = BESIDE + OF_A_STEP * trace.size();
        for (Record note : trace.notes()) {
            if (note instanceof Decided decided) {
                size += OF_A_DECISION
                        + decided.key().path().length()
                        + OF_ONE_SEEN * decided.seen().size();
            }
        }
        remember(new Remembered(trace, System.nanoTime(), size));
    }

    private synchronized void remember(Remembered request) {
        requests.addLast(request);
        bytes += request.bytes;
        while (bytes > most || request.nanos - requests.getFirst().nanos > kept) {
            bytes -= requests.removeFirst().bytes;
            if (requests.isEmpty()) { // it takes more than all may
                return;
            }
        }
    }

    private static boolean isOf(Remembered request, String id) {
        return id.equals(request.trace.requestId());
    }

    /** The last one with this id; null if none is known, or not any more. */
    @Nullable
    Remembered find(String id) {
        return last(request -> isOf(request, id));
    }

    /** The last one of a key up to a time, null if none is remembered. */
    @Nullable
    Remembered last(CacheKey key, Instant upTo) {
        return last(request -> !request.at().isAfter(upTo)
                && request.decisions().stream()
                        .anyMatch(decided -> decided.key().equals(key)));
    }

    private @Nullable Remembered last(Predicate<Remembered> wanted) {
        for (Remembered request : remembered().reversed()) {
            if (wanted.test(request)) {
                return request;
            }
        }
        return null;
    }

    private synchronized List<Remembered> remembered() {
        forgetOld();
        return List.copyOf(requests);
    }

    private void forgetOld() {
        long now = System.nanoTime();
        while (!requests.isEmpty() && now - requests.getFirst().nanos > kept) {
            bytes -= requests.removeFirst().bytes;
        }
    }

    /** How far it goes back: when the oldest that it has was; null if it has none. */
    synchronized @Nullable Instant since() {
        forgetOld();
        return requests.isEmpty() ? null : requests.getFirst().at();
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
