package io.tidemark.gateway.cache;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a named policy adds to, or overrules of, HTTP's own caching rules. All durations are zero or more.
 *
 * @param name the policy's name
 * @param consistency whether stored responses are used at all
 * @param defaultTtl the lifetime of a response (200, 203, 204, 301, 308) that says nothing of its own; null: none
 * @param overrideTtl the lifetime of every storable response, whatever the origin says; null: the origin's
 * @param negativeTtl the lifetime of a 404, 410 or 5xx that says nothing of its own; null: none
 * @param staleWhileRevalidate the window for responses that name none (RFC 5861 §3); null: none
 * @param staleIfError the window for responses that name none (RFC 5861 §4); null: none
 * @param earlyRefresh whether a popular response is refreshed before it is stale
 * @param heuristic whether a response without explicit freshness may live by its Last-Modified (RFC 9111 §4.2.2)
 * @param storeSetCookie whether a response with Set-Cookie is stored when the origin gives it an explicit lifetime;
 *     else only with {@code public} or a targeted field
 * @param checkType whether a response is stored only if its type agrees with its path's extension
 * @param storeClientErrors whether a 4xx that depends on the request as a whole (400, 401, 403, …) is stored without Vary
 * @param forcedInterval the least time between two calls to the origin that clients force for one key though a stored
 *     response could be served; zero: no limit
 * @param maxBodyBytes the longest body that is stored
 * @param key what the cache key is made of beside the URL
 */
public record PolicySettings(
        String name,
        Consistency consistency,
        @Nullable Duration defaultTtl,
        @Nullable Duration overrideTtl,
        @Nullable Duration negativeTtl,
        @Nullable Duration staleWhileRevalidate,
        @Nullable Duration staleIfError,
        boolean earlyRefresh,
        boolean heuristic,
        boolean storeSetCookie,
        boolean checkType,
        boolean storeClientErrors,
        Duration forcedInterval,
        long maxBodyBytes,
        KeySettings key) {
    public static final long DEFAULT_MAX_BODY_BYTES = 8L << 20;

    /** Whether stored responses are used. */
    public enum Consistency {
        /** As HTTP's rules and the purges say. */
        EVENTUAL,
        /** Never stored, never served from a store: straight to the origin. */
        STRONG
    }

    public PolicySettings {
        notNegative("default-ttl", defaultTtl);
        notNegative("override-ttl", overrideTtl);
        notNegative("negative-ttl", negativeTtl);
        notNegative("stale-while-revalidate", staleWhileRevalidate);
        notNegative("stale-if-error", staleIfError);
        notNegative("forced-interval", forcedInterval);
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException("max-body-size must not be negative: " + maxBodyBytes);
        }
    }

    /** With HTTP's own rules on client errors and on what requests may force. */
    public PolicySettings(
            String name,
            Consistency consistency,
            @Nullable Duration defaultTtl,
            @Nullable Duration overrideTtl,
            @Nullable Duration negativeTtl,
            @Nullable Duration staleWhileRevalidate,
            @Nullable Duration staleIfError,
            boolean earlyRefresh,
            boolean heuristic,
            boolean storeSetCookie,
            boolean checkType,
            long maxBodyBytes,
            KeySettings key) {
        this(
                name,
                consistency,
                defaultTtl,
                overrideTtl,
                negativeTtl,
                staleWhileRevalidate,
                staleIfError,
                earlyRefresh,
                heuristic,
                storeSetCookie,
                checkType,
                true,
                Duration.ZERO,
                maxBodyBytes,
                key);
    }

    /** RFC behaviour: nothing added, nothing overruled. */
    public static PolicySettings standard() {
        return new PolicySettings(
                "standard",
                Consistency.EVENTUAL,
                null,
                null,
                null,
                null,
                null,
                false,
                true,
                true,
                false,
                true,
                Duration.ZERO,
                DEFAULT_MAX_BODY_BYTES,
                KeySettings.urlOnly());
    }

    private static void notNegative(String property, @Nullable Duration duration) {
        if (duration != null && duration.isNegative()) {
            throw new IllegalArgumentException(property + " must not be negative: " + duration);
        }
    }

    Duration defaultTtlOrZero() {
        return Objects.requireNonNullElse(defaultTtl, Duration.ZERO);
    }
}
