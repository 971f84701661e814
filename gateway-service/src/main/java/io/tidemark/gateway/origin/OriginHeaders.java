package io.tidemark.gateway.origin;

import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.server.Forwarding;

/** What an origin is sent of a client's fields, those taken away that end at the gateway, and what is added. */
public final class OriginHeaders {
    public static final String FORWARDED = "Forwarded";
    static final String FORWARDED_FOR = "X-Forwarded-For";
    public static final String FORWARDED_HOST = "X-Forwarded-Host";
    public static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    /** For the gateway only. */
    private static final String[] REMOVED = {"Expect", EdgeFields.READ_AFTER, EdgeFields.HOME, "Host"};

    private OriginHeaders() {}

    /**
     * The fields to send where the answer is for all who ask for the same thing: they name no client.
     *
     * @param host for the Host field
     * @param via this gateway's name
     */
    public static Headers of(Headers presented, String host, String via, Forwarding forwarding) {
        Headers.Builder sent = Headers.builder()
                .add("Host", host)
                .addAll(HopByHop.removedFrom(presented).without(REMOVED));
        if (!presented.has(FORWARDED_PROTO)) {
            sent.add(FORWARDED_PROTO, forwarding.scheme());
        }
        if (!presented.has(FORWARDED_HOST)) {
            sent.add(FORWARDED_HOST, forwarding.authority().text());
        }
        if (!presented.has(FORWARDED)) {
            sent.add(FORWARDED, forwarding.sharedElement());
        }
        return sent.add("Via", "1.1 " + via).build();
    }

    /** The same where the answer is for this client alone: they name it. */
    public static Headers naming(Headers shared, Headers presented, Forwarding forwarding) {
        Headers.Builder sent = shared.toBuilder();
        if (!presented.has(FORWARDED_FOR)) {
            sent.add(FORWARDED_FOR, forwarding.addresses());
        }
        if (!presented.has(FORWARDED)) {
            sent.set(FORWARDED, forwarding.elements());
        }
        return sent.build();
    }
}
