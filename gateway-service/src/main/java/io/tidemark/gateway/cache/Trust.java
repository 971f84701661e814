package io.tidemark.gateway.cache;

/** How far the gateway's own knowledge of purges can be relied on. */
public enum Trust {
    /** The purge log is read and the lease is held: the verdicts count. */
    TRUSTED,
    /** Cut off from the purge log: each use of a stored response is to be confirmed by the origin first. */
    CONFIRM_EACH_USE
}
