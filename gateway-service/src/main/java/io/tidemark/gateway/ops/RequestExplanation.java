package io.tidemark.gateway.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.edge.Decided;
import io.tidemark.gateway.ops.RecentPurges.Told;
import io.tidemark.gateway.store.SharedStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request, for people.
 *
 * @param gateway where: region, colo
 * @param cache the answer's {@code X-Cache-Status}, null if it has none
 * @param kept why its trace was kept though it may not be sampled, null if it was not
 * @param decisions what the cache decided, the last one last; none where the cache took no part, or the key is of a person
 * @param steps what was done, in the order of the beginnings
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RequestExplanation(
        String request,
        String trace,
        Map<String, String> gateway,
        Instant at,
        String name,
        @Nullable Object path,
        @Nullable Object status,
        @Nullable Object cache,
        long tookMicros,
        @Nullable String kept,
        List<Decision> decisions,
        List<Step> steps) {
    /**
     * A decision.
     *
     * @param covered the purges that cover what was asked for, the last ones: those after what is stored was asked for are what it may
     *     not be served for
     */
    record Decision(
            Instant at,
            String decision,
            String standing,
            String watermark,
            String key,
            List<Entry> entries,
            List<Told> covered) {}

    /**
     * A stored response as it was then.
     *
     * @param freshness in words
     * @param purgesBefore those that it has in it already
     * @param purgesAfter those that it has not; what came after the answer is among them, with its time
     */
    record Entry(
            int status,
            int bytes,
            String variant,
            String filledAt,
            long lifetimeSeconds,
            String lifetimeFrom,
            long ageSeconds,
            String freshness,
            List<Told> purgesBefore,
            List<Told> purgesAfter) {}

    /** A step. */
    record Step(
            String step,
            long afterMicros,
            long tookMicros,
            @Nullable String error,
            Map<String, Object> facts) {}

    static RequestExplanation of(RequestMemory.Remembered request, RecentPurges purges, Map<String, String> gateway) {
        Trace trace = request.trace();
        Span root = trace.root();
        return new RequestExplanation(
                String.valueOf(trace.requestId()),
                trace.context().traceId(),
                gateway,
                request.at(),
                root.name(),
                root.attribute("url.path"),
                root.attribute("http.response.status_code"),
                root.attribute("tidemark.cache.status"),
                RequestMemory.micros(root.tookNanos()),
                trace.kept(),
                request.decisions().stream()
                        .map(decided -> decision(decided, purges))
                        .toList(),
                trace.spans().stream().map(RequestExplanation::step).toList());
    }

    private static Decision decision(Decided decided, RecentPurges purges) {
        Position nothing = new Position("none", Position.NOTHING_APPLIED);
        return new Decision(
                decided.at(),
                decided.text(),
                decided.standing().label(),
                decided.watermark().toString(),
                SharedStore.responseKey(decided.key()),
                decided.seen().stream().map(seen -> entry(seen, purges)).toList(),
                purges.covering(decided.covered().get(), nothing, true));
    }

    private static Entry entry(Decided.Seen seen, RecentPurges purges) {
        Position filledAt = seen.filledAt();
        long left = seen.lifetimeSeconds() - seen.ageSeconds();
        return new Entry(
                seen.status(),
                seen.bytes(),
                seen.variant(),
                filledAt.toString(),
                seen.lifetimeSeconds(),
                seen.source(),
                seen.ageSeconds(),
                left > 0 ? "fresh for " + left + " s more" : "stale since " + -left + " s",
                purges.covering(seen.subject(), filledAt, false),
                purges.covering(seen.subject(), filledAt, true));
    }

    private static Step step(Span span) {
        return new Step(
                span.name(),
                RequestMemory.micros(span.afterNanos()),
                RequestMemory.micros(span.tookNanos()),
                span.error(),
                span.attributes());
    }
}
