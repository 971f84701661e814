package io.tidemark.commons.requests;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request of a servlet service its id: in the log's context, in the response, and as the request attribute
 * {@link RequestId#MDC_KEY}. Logs each request with its time at debug, and the sampled ones at info.
 */
public final class RequestIdFilter extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger("tidemark.requests");

    private final LogSampling sampling;

    public RequestIdFilter(LogSampling sampling) {
        this.sampling = sampling;
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
        long start = System.nanoTime();
        try (var _ = MDC.putCloseable(RequestId.MDC_KEY, id)) {
            chain.doFilter(request, response);
            log.atLevel(sampling.takes(id) ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.DEBUG)
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getRequestURI())
                    .addKeyValue("status", response.getStatus())
                    .addKeyValue(
                            "tookMicros",
                            Duration.ofNanos(System.nanoTime() - start).toNanos() / 1000)
                    .log("request");
        }
    }
}
