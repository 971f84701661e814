package io.tidemark.gateway.cache;

/** What the purges say of a stored response. */
public enum PurgeVerdict {
    /** No purge since its request was sent covers it. */
    VALID,
    /** A soft purge covers it: it counts as stale, whatever its freshness. */
    STALE,
    /** A hard purge covers it, or nothing is known of its epoch: it counts as absent. */
    ABSENT
}
