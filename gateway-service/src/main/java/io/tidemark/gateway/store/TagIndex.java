package io.tidemark.gateway.store;

import io.tidemark.gateway.cache.PurgeSubject;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Finds the responses in the region's shared store by tag and by path, for the eraser. Housekeeping only: whether a
 * response may be used never depends on it.
 */
public interface TagIndex {
    /** An index that holds nothing, for a gateway without a shared store. */
    TagIndex NONE = (_, _, _) -> Mono.empty();

    /**
     * Notes that a response was stored. Never fails; what could not be noted is found by the next scan, or expires.
     *
     * @param key the Redis key of the response
     * @param storedFor how long the response stays in the store
     */
    Mono<Void> add(String key, PurgeSubject subject, Duration storedFor);
}
