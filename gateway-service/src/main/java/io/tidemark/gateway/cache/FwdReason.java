package io.tidemark.gateway.cache;

import java.util.Locale;

/** Why a request went to the origin (RFC 9211 §2.2). */
public enum FwdReason {
    /** The cache was configured, or is not able, to handle this request. */
    BYPASS,
    /** The method's semantics require it. */
    METHOD,
    /** No stored response of this URI. */
    URI_MISS,
    /** There is one of this URI, but for other values of the fields that its Vary names. */
    VARY_MISS,
    /** There is none, for one of the two reasons above. */
    MISS,
    /** The request's own directives asked for it. */
    REQUEST,
    /** The stored response is stale. */
    STALE,
    /** Only some of the bytes asked for are stored. */
    PARTIAL;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As it is written in Cache-Status, metric tags and logs. */
    public String label() {
        return label;
    }
}
