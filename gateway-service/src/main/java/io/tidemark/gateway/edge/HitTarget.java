package io.tidemark.gateway.edge;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.Headers;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.fill.RoutePolicy;
import io.tidemark.gateway.store.LocalEntry;
import org.jspecify.annotations.Nullable;

/**
 * What the filter once made of a request target: its key and its route's policy, which are the same for each request with
 * this target. Thread-safe.
 */
final class HitTarget {
    private final CacheKey key;
    private final RoutePolicy policy;
    private final PresentedRequest bareGet;
    private final PresentedRequest bareHead;
    private volatile @Nullable PreparedHead prepared;

    HitTarget(CacheKey key, RoutePolicy policy, PresentedRequest presented) {
        this.key = key;
        this.policy = policy;
        this.bareGet = bare("GET", presented);
        this.bareHead = bare("HEAD", presented);
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
