package io.tidemark.gateway.hit;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.edge.EdgeMeters;
import io.tidemark.gateway.edge.EdgeRequest;
import io.tidemark.gateway.fill.FillRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginHeaders;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.store.LocalEntry;
import org.jspecify.annotations.Nullable;

/**
 * What the filter once made of a request target: its key and its route's policy, which are the same for each request with
 * this target. Thread-safe.
 */
final class HitTarget {
    private final CacheKey key;
    private final String version;
    private final RoutePolicy policy;
    private final PresentedRequest bareGet;
    private final PresentedRequest bareHead;
    private final FillRequest bareFill;
    private volatile @Nullable PreparedHead prepared;
    private EdgeMeters.@Nullable OfRoute meters; // the same whoever sets it

    HitTarget(EdgeRequest request) {
        this.key = request.key();
        this.version = request.version();
        this.policy = request.policy();
        this.bareGet = bare("GET", request.presented());
        this.bareHead = bare("HEAD", request.presented());
        Headers sent = request.toOrigin()
                .filtered(field -> field.is("Host")
                        || field.is("Via")
                        || field.is(OriginHeaders.FORWARDED)
                        || field.is(OriginHeaders.FORWARDED_HOST)
                        || field.is(OriginHeaders.FORWARDED_PROTO));
        this.bareFill = new FillRequest(
                key,
                bareGet,
                new CacheDecision.Fetch(FwdReason.STALE, null, true, true),
                request.uri(),
                request.target(),
                sent,
                request.hosts(),
                policy,
                "",
                null,
                Span.NONE);
    }

    private static PresentedRequest bare(String method, PresentedRequest presented) {
        return new PresentedRequest(
                method,
                presented.scheme(),
                presented.authority(),
                presented.path(),
                presented.query(),
                Headers.empty());
    }

    /** Whether the policy's version, known without asking, is still that of the key. */
    boolean isCurrent() {
        return version.equals(policy.version().known());
    }

    CacheKey key() {
        return key;
    }

    RoutePolicy policy() {
        return policy;
    }

    /** The request as the cache sees it, without any field. */
    PresentedRequest bare(boolean isHead) {
        return isHead ? bareHead : bareGet;
    }

    /** The request as the cache sees it. */
    PresentedRequest presented(boolean isHead, Headers headers) {
        PresentedRequest bare = bare(isHead);
        return new PresentedRequest(bare.method(), bare.scheme(), bare.authority(), bare.path(), bare.query(), headers);
    }

    /** The request that refreshes a stored response of it, without any client's fields. */
    FillRequest toRefresh(StoredResponse stored, String requestId) {
        return new FillRequest(
                key,
                bareGet,
                CachePolicy.refresh(stored),
                bareFill.uri(),
                bareFill.target(),
                bareFill.headers().toBuilder().add(RequestId.HEADER, requestId).build(),
                bareFill.hosts(),
                policy,
                requestId,
                null,
                Span.NONE);
    }

    /** What counts the answers of its route. */
    EdgeMeters.OfRoute meters(EdgeMeters all) {
        EdgeMeters.OfRoute known = meters;
        if (known == null) {
            known = all.of(key.route());
            meters = known;
        }
        return known;
    }

    /** The entry's head, encoded; made anew for an entry that is not the one of last time. */
    PreparedHead prepared(LocalEntry entry) {
        PreparedHead known = prepared;
        if (known == null || !known.isOf(entry.response())) {
            known = PreparedHead.of(entry.response());
            prepared = known;
        }
        return known;
    }
}
