package io.tidemark.gateway.server;

import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.TraceContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** Logs requests with their time, whoever answers them: at debug, and the sampled ones at info. Thread-safe. */
@Component
public final class RequestLog {
    private static final Logger log = LoggerFactory.getLogger("tidemark.requests");

    private static final String WITHHELD = RequestLog.class.getName() + ".withheld";

    private final LogSampling sampling;

    RequestLog(LogSampling sampling) {
        this.sampling = sampling;
    }

    /** Nothing of this request is written down: it may be of somebody whose data are at home elsewhere. */
    public static void withhold(ServerWebExchange exchange) {
        exchange.getAttributes().put(WITHHELD, true);
    }

    static boolean isWithheld(ServerWebExchange exchange) {
        return exchange.getAttribute(WITHHELD) != null;
    }

    /** Whether the request with this id, of this trace if it says so, is to be written down. */
    public boolean includes(String id, @Nullable String traceparent) {
        return sampling.includes(id, traceparent) || log.isDebugEnabled();
    }

    /** Whether the requests of this trace are. */
    public boolean includes(TraceContext trace) {
        return sampling.includes(trace) || log.isDebugEnabled();
    }

    /**
     * Writes one down that is {@linkplain #includes included}.
     *
     * @param path without the query
     * @param cache the answer's Cache-Status, "" if it has none
     * @param startNanos when it came, by {@link System#nanoTime}
     * @param traceparent what it said of its trace, null if nothing
     */
    public void write(
            String id,
            String method,
            String path,
            int status,
            String cache,
            long startNanos,
            @Nullable String traceparent) {
        try (var _ = MDC.putCloseable(RequestId.MDC_KEY, id)) {
            log.atLevel(sampling.takes(id, traceparent) ? Level.INFO : Level.DEBUG)
                    .addKeyValue("method", method)
                    .addKeyValue("path", path)
                    .addKeyValue("status", status)
                    .addKeyValue("cache", cache)
                    .addKeyValue("tookMicros", (System.nanoTime() - startNanos) / 1000)
                    .log("request");
        }
    }
}
