package io.tidemark.gateway.store;

import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What the gateways of a region share: stored responses, and flags that say who refreshes one. A cache, not a truth: it may
 * forget, lag, or answer nothing, and what it has is checked by whoever uses it. What it answers never fails.
 */
public interface RegionStore {
    /** The stored responses that may be for this request, unchecked; none if the store does not answer in time. */
    CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request);

    /** The same as a step of what becomes of a request, which is told what was found. */
    default CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request, Span span) {
        return find(key, request);
    }

    /** Stores a response in place of the same variant, unless that was filled at a later position. */
    CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep);

    /** Removes one variant of a key. */
    CompletionStage<Boolean> remove(CacheKey key, Variant variant);

    /**
     * Takes the refresh flag of a key for this long: true for one caller of the region, and where the store does not answer:
     * each gateway then asks the origin for itself.
     *
     * @param owner another one for each caller
     */
    CompletionStage<Boolean> takeRefresh(CacheKey key, String owner, Duration lease);

    /** Holds the refresh flag for so much longer from now, if it is still this owner's. */
    void extendRefresh(CacheKey key, String owner, Duration lease);

    /** Gives the refresh flag back before its lease is over, if it is still this owner's. */
    void releaseRefresh(CacheKey key, String owner);

    /**
     * The same, and whoever waits for the refresh is told of its end, where the store can do that.
     *
     * @param stored whether its answer is in the store
     */
    default void releaseRefresh(CacheKey key, String owner, boolean stored) {
        releaseRefresh(key, owner);
    }

    /** Somebody's wait for the end of a refresh. */
    @FunctionalInterface
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Tells of ends of the key's refresh from about now on, whether its answer was stored. Notices may be lost, and a store
     * may know none: {@link #isRefreshing} is to be asked as well.
     */
    default Listening onRefreshEnd(CacheKey key, Consumer<Boolean> onEnd) {
        return () -> {};
    }

    /** Whether somebody holds the refresh flag; false when the store does not answer. */
    CompletionStage<Boolean> isRefreshing(CacheKey key);

    /** Whether it is worth asking at this moment. */
    boolean isUp();
}
