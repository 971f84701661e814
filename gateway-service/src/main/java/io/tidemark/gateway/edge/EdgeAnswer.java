package io.tidemark.gateway.edge;

import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;

/**
 * What a client gets.
 *
 * @param headers all of its fields but those that say how it was made
 * @param body null for none
 * @param dataAge how old the data is, null if it is not from the cache
 * @param unverified whether it is served although the gateway is cut off from the purge log
 */
public record EdgeAnswer(
        int status,
        Headers headers,
        @Nullable Publisher<? extends DataBuffer> body,
        CacheStatus cacheStatus,
        CacheStatus.Summary summary,
        @Nullable Duration dataAge,
        boolean unverified) {
    /** Bytes: a longer stored body is written in pieces of half of that, as the client reads them. */
    public static final int WHOLE = 128 * 1024;
}
