package io.tidemark.gateway.edge;

import io.tidemark.gateway.cache.Headers;
import io.tidemark.gateway.origin.HopByHop;
import java.util.Locale;
import java.util.Set;

/** What an origin is sent of a client's fields. */
final class OriginHeaders {
    /**
     * Fields that are not part of the cache's key and that origins act upon: passed on, anybody could put an answer of their
     * choice into the cache. And what is for the gateway only.
     */
    private static final Set<String> REMOVED = Set.of(
            "x-forwarded-host",
            "x-forwarded-server",
            "x-forwarded-scheme",
            "x-forwarded-proto",
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-ssl",
            "x-forwarded-path",
            "x-host",
            "x-original-host",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "forwarded",
            "front-end-https",
            "expect",
            "edge-read-after",
            "host");

    private OriginHeaders() {}

    /**
     * The fields to send.
     *
     * @param host for the Host field
     * @param via this gateway's name
     */
    static Headers of(Headers presented, String host, String via) {
        return Headers.builder()
                .add("Host", host)
                .addAll(HopByHop.removedFrom(presented)
                        .filtered(field -> !REMOVED.contains(field.name().toLowerCase(Locale.ROOT))))
                .add("Via", "1.1 " + via)
                .build();
    }
}
