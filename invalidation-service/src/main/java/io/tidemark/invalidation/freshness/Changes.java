package io.tidemark.invalidation.freshness;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Which version of the canary a change led to, by the id of its request. Thread-safe; keeps the last {@value #KEPT}. */
final class Changes {
    private static final int KEPT = 64;

    private final Map<String, CompletableFuture<String>> byRequest = new LinkedHashMap<>();

    /** A change is about to be made; it is completed with the version, or fails. */
    synchronized CompletableFuture<String> begin(String requestId) {
        var version = new CompletableFuture<String>();
        byRequest.put(requestId, version);
        if (byRequest.size() > KEPT) {
            byRequest.remove(byRequest.keySet().iterator().next());
        }
        return version;
    }

    /** Null if the request changed no canary of ours. */
    synchronized @Nullable CompletableFuture<String> by(@Nullable String requestId) {
        return requestId == null ? null : byRequest.get(requestId);
    }
}
