package io.tidemark.gateway.policy;

/** What becomes of stored responses while the gateway is cut off from the purge log. */
public enum WhenCutOff {
    /** Each use is confirmed by the origin first. */
    REVALIDATE,
    /** They are served, and say {@code Edge-Staleness: unverified}. */
    SERVE_WITH_WARNING,
    /** 503. */
    FAIL
}
