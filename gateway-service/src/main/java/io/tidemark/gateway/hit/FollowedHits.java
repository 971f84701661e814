package io.tidemark.gateway.hit;

import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.edge.CacheSteps;
import io.tidemark.gateway.server.RequestLog;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells of the share of hits that is logged and traced: for all others it costs the look at their ids. Thread-safe. */
@Component
final class FollowedHits {
    private final RequestLog log;
    private final Tracing tracing;

    FollowedHits(RequestLog log, Tracing tracing) {
        this.log = log;
        this.tracing = tracing;
    }

    /** What is to be told of the request with this id, null if nothing is. */
    Hit.@Nullable Followed of(String id, @Nullable String traceparent, boolean isHead) {
        boolean isLogged = log.includes(id, traceparent);
        if (!isLogged) {
            return null;
        }
        Span span = tracing.begin(id, traceparent, Span.Kind.SERVER, isHead ? "HEAD" : "GET");
        return new Hit.Followed(System.nanoTime(), traceparent, span);
    }

    /** Its answer is given. */
    void tell(Hit hit, Hit.Followed followed, String cacheStatus) {
        String method = hit.isHead() ? "HEAD" : "GET";
        int status = hit.status().code();
        StoredResponse stored = hit.served().stored();
        log.write(
                hit.requestId(),
                method,
                hit.target().key().path(),
                status,
                cacheStatus,
                followed.startNanos(),
                followed.traceparent());
        Span span = followed.span();
        if (span.isRecorded()) {
            span.named(method + ' ' + hit.target().key().route())
                    .set("http.request.method", method)
                    .set("http.route", hit.target().key().route())
                    .set("url.scheme", hit.target().key().scheme())
                    .set("url.path", hit.target().key().path())
                    .set("http.response.status_code", status)
                    .set("tidemark.cache.status", hit.summary())
                    .set("tidemark.cache.decision", CacheSteps.text(hit.served()))
                    .set("tidemark.data.version", stored.headers().first("X-Data-Version"))
                    .set("tidemark.purge.position", stored.filledAt());
            span.end();
        }
    }
}
