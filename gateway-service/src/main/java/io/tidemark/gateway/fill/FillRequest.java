package io.tidemark.gateway.fill;

import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.StoreDecision;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.InterimListener;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.policy.HiddenNames;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.redact.Redaction;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A request that the origin is to answer, as the decision says.
 *
 * @param key what its answer is stored under
 * @param presented the client's request; for a refresh behind, the one that it is made of
 * @param decision {@code Fetch} or {@code Revalidate}
 * @param uri where the origin is asked
 * @param target path and query as the origin gets them, octet for octet; null: those of the URI
 * @param headers what the origin is sent, but for the cache's own conditions
 * @param hosts what purges may call it by: the host that was asked for and the origin's, lower case, without ports
 * @param interim who gets the origin's interim responses, if the origin is asked for this request; null: nobody
 * @param span the step that needs the answer
 */
public record FillRequest(
        CacheKey key,
        PresentedRequest presented,
        CacheDecision decision,
        URI uri,
        @Nullable String target,
        Headers headers,
        List<String> hosts,
        RoutePolicy policy,
        String requestId,
        @Nullable InterimListener interim,
        Span span) {
    /** One for the URI's own path and query, that nobody follows. */
    public FillRequest(
            CacheKey key,
            PresentedRequest presented,
            CacheDecision decision,
            URI uri,
            Headers headers,
            List<String> hosts,
            RoutePolicy policy,
            String requestId,
            @Nullable InterimListener interim) {
        this(key, presented, decision, uri, null, headers, hosts, policy, requestId, interim, Span.NONE);
    }

    /** What the origin is sent. */
    OriginRequest toOrigin() {
        Headers sent = decision instanceof CacheDecision.Revalidate revalidate
                ? CachePolicy.revalidationHeaders(headers, revalidate.conditions())
                : policy.redaction() == null ? headers : Redaction.unconditional(headers);
        return new OriginRequest(presented.method(), uri, target, sent, null, policy.timeouts(), interim, span);
    }

    /** Calls the origin, and gives what may be seen of its answer. */
    Mono<OriginAnswer> call(Origins origins) {
        return policy.call(origins, toOrigin());
    }

    /** The same without the cache's condition. */
    FillRequest unconditional() {
        return decision instanceof CacheDecision.Revalidate revalidate
                ? new FillRequest(
                        key,
                        presented,
                        new CacheDecision.Fetch(revalidate.reason(), null, revalidate.storable(), false),
                        uri,
                        target,
                        CachePolicy.unconditional(headers),
                        hosts,
                        policy,
                        requestId,
                        interim,
                        span)
                : this;
    }

    /** The same as a part of another step. */
    FillRequest within(Span other) {
        return new FillRequest(
                key, presented, decision, uri, target, headers, hosts, policy, requestId, interim, other);
    }

    /** What is stored, with the names that purges may have for it. */
    StoreDecision.Store named(StoreDecision.Store store) {
        HiddenNames names = policy.hiddenNames();
        return names == null
                ? store
                : new StoreDecision.Store(
                        store.head(),
                        store.variant(),
                        names.with(hosts, presented.path(), presented.query(), store.tags()),
                        store.part(),
                        store.extended());
    }

    /** What purges can match before the answer's tags are known. */
    PurgeSubject subject() {
        return new PurgeSubject(hosts, presented.path(), presented.query(), Set.of()).under(key);
    }

    /**
     * Whether others may wait for its answer, and it for theirs: it asks for a whole response, under no condition of its
     * own, and not for a newer one than there is.
     */
    public boolean isCollapsible() {
        Headers fields = presented.headers();
        boolean asksForWhole = switch (decision) {
            case CacheDecision.Fetch fetch -> fetch.storable() && !CachePolicy.isConditional(fields);
            // A 304 that freshens a part answers nobody who asked for the whole.
            case CacheDecision.Revalidate revalidate ->
                revalidate.storable() && revalidate.stored().body().isComplete();
            default -> false;
        };
        return asksForWhole
                && presented.isGet()
                && !fields.has("Cache-Control")
                && !fields.has("Pragma")
                && !fields.has("Authorization");
    }
}
