package io.tidemark.gateway.cache;

import io.tidemark.gateway.store.RegionStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A region's store that knows when all that was written to it has arrived. */
final class WatchedRegion implements RegionStore {
    private final RegionStore store;
    private final AtomicReference<CompletableFuture<?>> writes =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    WatchedRegion(RegionStore store) {
        this.store = store;
    }

    /** Waits for what was being written; fails after 10 s. */
    void awaitWritten() {
        writes.get().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private CompletionStage<Boolean> watched(CompletionStage<Boolean> write) {
        writes.updateAndGet(before -> CompletableFuture.allOf(before, write.toCompletableFuture()));
        return write;
    }

    @Override
    public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
        return watched(store.store(key, response, keep));
    }

    @Override
    public CompletionStage<Boolean> remove(CacheKey key, Variant variant) {
        return watched(store.remove(key, variant));
    }

    @Override
    public CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request) {
        return store.find(key, request);
    }

    @Override
    public CompletionStage<Boolean> takeRefresh(CacheKey key, String owner, Duration lease) {
        return store.takeRefresh(key, owner, lease);
    }

    @Override
    public void extendRefresh(CacheKey key, String owner, Duration lease) {
        store.extendRefresh(key, owner, lease);
    }

    @Override
    public void releaseRefresh(CacheKey key, String owner) {
        store.releaseRefresh(key, owner);
    }

    @Override
    public CompletionStage<Boolean> isRefreshing(CacheKey key) {
        return store.isRefreshing(key);
    }

    @Override
    public boolean isUp() {
        return store.isUp();
    }
}
