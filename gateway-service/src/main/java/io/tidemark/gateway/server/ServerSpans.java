package io.tidemark.gateway.server;

import io.tidemark.commons.tracing.Span;
import java.net.URI;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What the step that is a whole request says of it: nothing of its query, its fields, its client. */
final class ServerSpans {
    private static final Set<Integer> REFUSALS = Set.of(408, 413, 414, 421, 429, 431);

    private static final String CACHE_STATUS = "X-Cache-Status";

    private ServerSpans() {}

    static void begin(Span span, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        URI uri = request.getURI();
        span.set("http.request.method", request.getMethod().name())
                .set("url.scheme", uri.getScheme())
                .set("url.path", uri.getRawPath());
        exchange.getResponse().beforeCommit(() -> {
            span.answered();
            return Mono.empty();
        });
    }

    /** Ends it; what ended badly or oddly is kept. */
    static void end(Span span, ServerWebExchange exchange) {
        if (!span.isRecorded()) {
            return;
        }
        if (RequestLog.isWithheld(exchange)) {
            span.withhold();
            span.end();
            return;
        }
        HttpHeaders fields = exchange.getResponse().getHeaders();
        HttpStatusCode code = exchange.getResponse().getStatusCode();
        int status = code == null ? 0 : code.value();
        String cache = fields.getFirst(CACHE_STATUS);
        long length = fields.getContentLength();
        span.set("http.response.status_code", status == 0 ? null : status)
                .set("http.response.body.size", length < 0 ? null : length)
                .set("tidemark.cache.status", cache)
                .set("tidemark.data.version", fields.getFirst("X-Data-Version"));
        if (status >= 500) {
            span.failed(Integer.toString(status)).keep("error");
        } else if (REFUSALS.contains(status)) {
            span.keep("refused");
        } else if ("STALE".equals(cache)) {
            span.keep("stale");
        }
        span.end();
    }
}
