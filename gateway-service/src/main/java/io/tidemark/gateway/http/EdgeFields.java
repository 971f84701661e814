package io.tidemark.gateway.http;

/** The fields that are this gateway's own, as clients see them. */
public final class EdgeFields {
    /** Of requests: serve nothing older than this position. Of a write's answer: the position to ask for. */
    public static final String READ_AFTER = "Edge-Read-After";

    /** Of answers: {@code unverified} while the gateway is cut off from the purge log. */
    public static final String STALENESS = "Edge-Staleness";

    /** Of answers: which colo gave it. */
    public static final String COLO = "X-Edge-Colo";

    /** Of answers from the cache: how old the data is, in milliseconds. */
    public static final String DATA_AGE = "X-Data-Age-Ms";

    /** Of requests between regions: which region it is passed to, by which one. */
    public static final String HOME = "Edge-Home";

    private EdgeFields() {}
}
