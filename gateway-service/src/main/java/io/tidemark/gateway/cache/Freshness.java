package io.tidemark.gateway.cache;

import java.time.Duration;

/**
 * How long a stored response is fresh, and how old it is (RFC 9111 §4.2).
 *
 * @param lifetime its freshness lifetime; at most 68 years, as of any number of seconds (RFC 9111 §1.2.2)
 * @param age its current age
 * @param source where the lifetime is from
 */
public record Freshness(Duration lifetime, Duration age, Source source) {
    private static final Duration LONGEST = Duration.ofSeconds(CacheControl.MAX_SECONDS);

    public Freshness {
        lifetime = lifetime.compareTo(LONGEST) > 0 ? LONGEST : lifetime;
    }

    /** Where a freshness lifetime is from. */
    public enum Source {
        S_MAXAGE,
        MAX_AGE,
        EXPIRES,
        /** RFC 9111 §4.2.2: a share of the time since the last modification. */
        HEURISTIC,
        /** The policy's default for responses that say nothing. */
        DEFAULT_TTL,
        /** The policy overrules the origin. */
        POLICY,
        NONE
    }

    /** Whether the origin said it, not the cache. */
    public boolean isExplicit() {
        return source == Source.S_MAXAGE || source == Source.MAX_AGE || source == Source.EXPIRES;
    }

    public boolean isFresh() {
        return lifetime.compareTo(age) > 0;
    }

    /** What remains of the lifetime; negative once it is stale. */
    public Duration ttl() {
        return lifetime.minus(age);
    }

    /** For how long it has been stale; negative while it is fresh. */
    public Duration staleness() {
        return age.minus(lifetime);
    }
}
