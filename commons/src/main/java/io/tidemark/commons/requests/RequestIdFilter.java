package io.tidemark.commons.requests;

import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.commons.tracing.Tracing;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request of a servlet service its id: in the log's context, in the response, and as the request attribute {@link
 * RequestId#MDC_KEY}; and its step of the trace, as {@link #span} finds it. Logs each request with its time at debug, and the
 * sampled ones at info.
 */
public final class RequestIdFilter extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger("tidemark.requests");

    private static final String SPAN = Span.class.getName();
    private static final String ROUTE = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

    private final LogSampling sampling;
    private final Tracing tracing;

    public RequestIdFilter(LogSampling sampling, Tracing tracing) {
        this.sampling = sampling;
        this.tracing = tracing;
    }

    /** The step of which all that is done for the request is a part. */
    public static Span span(HttpServletRequest request) {
        return request.getAttribute(SPAN) instanceof Span span ? span : Span.NONE;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = request.getAttribute(RequestId.MDC_KEY) instanceof String known
                ? known
                : RequestId.of(request.getHeader(RequestId.HEADER));
        request.setAttribute(RequestId.MDC_KEY, id);
        response.setHeader(RequestId.HEADER, id);
        String traceparent = request.getHeader(TraceContext.FIELD);
        if (tracing.isOn() && request.getAttribute(SPAN) == null) {
            request.setAttribute(SPAN, begin(request, id, traceparent));
        }
        long start = System.nanoTime();
        try (var _ = MDC.putCloseable(RequestId.MDC_KEY, id)) {
            chain.doFilter(request, response);
            log.atLevel(sampling.takes(id, traceparent) ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.DEBUG)
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getRequestURI())
                    .addKeyValue("status", response.getStatus())
                    .addKeyValue(
                            "tookMicros",
                            Duration.ofNanos(System.nanoTime() - start).toNanos() / 1000)
                    .log("request");
        } finally {
            if (!request.isAsyncStarted()) {
                end(span(request), request, response);
            }
        }
    }

    private Span begin(HttpServletRequest request, String id, @Nullable String traceparent) {
        return tracing.begin(id, traceparent, Span.Kind.SERVER, request.getMethod())
                .set("http.request.method", request.getMethod())
                .set("url.scheme", request.getScheme());
    }

    private static void end(Span span, HttpServletRequest request, HttpServletResponse response) {
        int status = response.getStatus();
        if (request.getAttribute(ROUTE) instanceof String route) { // the path itself may name somebody
            span.named(request.getMethod() + ' ' + route).set("http.route", route);
        }
        span.set("http.response.status_code", status);
        if (status >= 500) {
            span.failed(Integer.toString(status)).keep("error");
        } else if (status == 429 || status == 413) {
            span.keep("refused");
        }
        span.end();
    }
}
