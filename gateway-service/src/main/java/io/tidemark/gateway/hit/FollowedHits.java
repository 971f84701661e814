package io.tidemark.gateway.hit;

import io.tidemark.commons.tracing.Rate;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.gateway.analytics.Analytics;
import io.tidemark.gateway.analytics.AnsweredRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.edge.CacheSteps;
import io.tidemark.gateway.edge.Decided;
import io.tidemark.gateway.edge.ExplainProperties;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.server.RequestLog;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Tells of the share of hits that is logged and traced: for all others it costs the look at their traces. Thread-safe. */
@Component
final class FollowedHits {
    private final RequestLog log;
    private final Tracing tracing;
    private final double share;
    private final Rate remembered;
    private final PurgeView purges;
    private final InstantSource clock;
    private final @Nullable Analytics analytics;

    FollowedHits(
            RequestLog log,
            Tracing tracing,
            ExplainProperties explained,
            PurgeView purges,
            InstantSource clock,
            ObjectProvider<Analytics> analytics) {
        this.analytics = analytics.getIfAvailable();
        this.log = log;
        this.tracing = tracing;
        this.remembered = new Rate(explained.hitsPerSecond(), System::nanoTime);
        this.share = explained.memory().toBytes() == 0 ? 0 : explained.hits();
        this.purges = purges;
        this.clock = clock;
    }

    /** What is to be told of the request with this id, of this trace, null if nothing is. */
    Hit.@Nullable Followed of(TraceContext trace, String id, @Nullable String traceparent, boolean isHead) {
        boolean isLogged = log.includes(trace);
        boolean isRemembered = trace.isWithin(share) && remembered.takes();
        if (!isLogged && !isRemembered) {
            return analytics == null ? null : new Hit.Followed(System.nanoTime(), traceparent, false, Span.NONE);
        }
        Span span = isRemembered || tracing.isExported()
                ? tracing.begin(trace, id, Span.Kind.SERVER, isHead ? "HEAD" : "GET")
                : Span.NONE;
        return new Hit.Followed(System.nanoTime(), traceparent, isLogged, span);
    }

    /** Its answer is given. */
    void tell(Hit hit, Hit.Followed followed, String cacheStatus) {
        String method = hit.isHead() ? "HEAD" : "GET";
        int status = hit.status().code();
        StoredResponse stored = hit.served().stored();
        if (followed.isLogged()) {
            log.write(
                    hit.requestId(),
                    method,
                    hit.target().key().path(),
                    status,
                    cacheStatus,
                    followed.startNanos(),
                    followed.traceparent());
        }
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
                    .set("tidemark.data.age_ms", hit.dataAgeMs())
                    .set("http.response.body.size", hit.bytes())
                    .set("tidemark.purge.position", stored.filledAt());
            note(hit, stored, span);
            span.end();
        } else if (analytics != null) {
            long took = System.nanoTime() - followed.startNanos();
            analytics.answered(new AnsweredRequest(
                    System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(took),
                    method,
                    hit.target().key().route(),
                    hit.summary().name(),
                    status,
                    hit.bytes(),
                    stored.headers().first("X-Data-Version"),
                    hit.dataAgeMs(),
                    AnsweredRequest.UNKNOWN,
                    TimeUnit.NANOSECONDS.toMicros(took)));
        }
    }

    private void note(Hit hit, StoredResponse stored, Span span) {
        Instant now = clock.instant();
        PurgeSubject subject = stored.subject();
        span.note(new Decided(
                now,
                hit.target().key(),
                CacheSteps.text(hit.served()),
                purges.standing(),
                purges.positionAtSend(),
                () -> subject,
                Decided.seen(List.of(stored), hit.target().policy(), now)));
    }
}
