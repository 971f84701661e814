package io.tidemark.gateway.store;

import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The local store over the shared one, where there is one. What is found in the shared store is kept in the local one. */
public final class TieredStore {
    private final LocalStore local;
    private final @Nullable RegionStore shared;

    public TieredStore(LocalStore local, @Nullable RegionStore shared) {
        this.local = local;
        this.shared = shared;
    }

    public LocalStore local() {
        return local;
    }

    public boolean isShared() {
        return shared != null;
    }

    /** What the local store has, without waiting. */
    public List<LocalEntry> findLocally(CacheKey key) {
        return local.find(key);
    }

    /**
     * What the shared store has for this request, entered into the local store; then all that is there of the key.
     *
     * @param keep for how long a response can be of use
     */
    public CompletionStage<List<LocalEntry>> find(CacheKey key, PresentedRequest request, Keeping keep) {
        return find(key, request, keep, Span.NONE);
    }

    /** The same as a step of what becomes of a request. */
    public CompletionStage<List<LocalEntry>> find(
            CacheKey key, PresentedRequest request, Keeping keep, Span ofRequest) {
        if (shared == null) {
            return CompletableFuture.completedFuture(local.find(key));
        }
        Span span = ofRequest
                .child(Span.Kind.CLIENT, "GET redis")
                .set("db.system.name", "redis")
                .set("db.operation.name", "GET");
        return shared.find(key, request, span).thenApply(found -> {
            span.set("db.response.returned_rows", found.size()).end();
            for (StoredResponse response : found) {
                var _ = local.store(key, response, keep.of(response));
            }
            return local.find(key);
        });
    }

    /** For how long a stored response can be of use. */
    @FunctionalInterface
    public interface Keeping {
        Duration of(StoredResponse response);
    }

    /** Stores locally before it returns, and in the shared store behind; what it answers completes when that is done. */
    public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
        return local.store(key, response, keep) && shared != null
                ? shared.store(key, response, keep)
                : CompletableFuture.completedFuture(false);
    }

    /** Removes a response that the origin showed to be out of date. */
    public void remove(CacheKey key, Variant variant) {
        local.remove(key, variant);
        if (shared != null) {
            var _ = shared.remove(key, variant);
        }
    }

    /**
     * Takes the flag that lets one gateway of the region refresh the key; true where there is no region to ask. What the shared
     * store has right after that is entered into the local store before this completes: who held the flag last may have stored it
     * since this gateway looked. Both are asked for at once, and one connection carries them out in order.
     *
     * @param keep for how long a response can be of use
     */
    public CompletionStage<Boolean> takeRefresh(
            CacheKey key, PresentedRequest request, Keeping keep, String owner, Duration lease) {
        if (shared == null) {
            return CompletableFuture.completedFuture(true);
        }
        CompletionStage<Boolean> taken = shared.takeRefresh(key, owner, lease);
        return find(key, request, keep).thenCombine(taken, (_, isTaken) -> isTaken);
    }

    public void extendRefresh(CacheKey key, String owner, Duration lease) {
        if (shared != null) {
            shared.extendRefresh(key, owner, lease);
        }
    }

    /**
     * Gives the flag back.
     *
     * @param stored whether what the refresh brought is in the shared store
     */
    public void releaseRefresh(CacheKey key, String owner, boolean stored) {
        if (shared != null) {
            shared.releaseRefresh(key, owner, stored);
        }
    }

    /** Tells of ends of the key's refresh by others of the region; notices may be lost. */
    public RegionStore.Listening onRefreshEnd(CacheKey key, Consumer<Boolean> onEnd) {
        return shared == null ? () -> {} : shared.onRefreshEnd(key, onEnd);
    }

    /** Whether another of the region holds the flag. */
    public CompletionStage<Boolean> isRefreshing(CacheKey key) {
        return shared == null ? CompletableFuture.completedFuture(false) : shared.isRefreshing(key);
    }

    public boolean isSharedUp() {
        return shared != null && shared.isUp();
    }
}
