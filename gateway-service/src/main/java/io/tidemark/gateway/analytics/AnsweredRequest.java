package io.tidemark.gateway.analytics;

import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request that was answered, as it is counted: nothing tells whose it was, nor of what. Its route stands for its path, which may
 * name somebody.
 *
 * @param timeMillis when it came, since the epoch
 * @param method as it was sent if it is a usual one, else {@code _OTHER}
 * @param route its id, null if none took it
 * @param cache the answer's {@code X-Cache-Status}, null if it has none
 * @param status 0: none was sent
 * @param bytes of the answer's body, as its head says; {@link #UNKNOWN}: it does not say
 * @param dataVersion the answer's {@code X-Data-Version}, null if it has none
 * @param ageMillis how old the data is; {@link #UNKNOWN}: not from the cache
 * @param originMicros how long calls of the origin took until they answered; {@link #UNKNOWN}: there was none
 * @param tookMicros until the last octet was written
 */
public record AnsweredRequest(
        long timeMillis,
        String method,
        @Nullable String route,
        @Nullable String cache,
        int status,
        long bytes,
        @Nullable String dataVersion,
        long ageMillis,
        long originMicros,
        long tookMicros) {
    /** There is no such number. */
    public static final long UNKNOWN = -1;

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PURGE", "QUERY");

    private static final int LONGEST_VERSION = 64;

    public AnsweredRequest {
        method = METHODS.contains(method) ? method : "_OTHER";
        dataVersion = dataVersion != null && dataVersion.length() > LONGEST_VERSION ? null : dataVersion;
    }

    /** As a trace tells of it. */
    static AnsweredRequest of(Trace trace) {
        Span root = trace.root();
        long origin = UNKNOWN;
        for (Span step : trace.spans()) {
            if (step.kind() == Span.Kind.CLIENT && step.attribute("server.address") != null) {
                origin = Math.max(0, origin) + step.tookNanos();
            }
        }
        return new AnsweredRequest(
                TimeUnit.NANOSECONDS.toMillis(root.startEpochNanos()),
                String.valueOf(root.attribute("http.request.method")),
                text(root, "http.route"),
                text(root, "tidemark.cache.status"),
                Math.toIntExact(number(root, "http.response.status_code", 0)),
                number(root, "http.response.body.size", UNKNOWN),
                text(root, "tidemark.data.version"),
                number(root, "tidemark.data.age_ms", UNKNOWN),
                origin == UNKNOWN ? UNKNOWN : TimeUnit.NANOSECONDS.toMicros(origin),
                TimeUnit.NANOSECONDS.toMicros(root.tookNanos()));
    }

    private static @Nullable String text(Span span, String attribute) {
        return span.attribute(attribute) instanceof String text ? text : null;
    }

    private static long number(Span span, String attribute, long otherwise) {
        return span.attribute(attribute) instanceof Number number ? number.longValue() : otherwise;
    }
}
