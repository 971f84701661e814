package io.tidemark.gateway.origin;

import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The fields that are for the next hop only (RFC 9110 §7.6.1): those of the connection itself, and those that Connection
 * names. It names none that are for all recipients, as the same section has it: such names are ignored there, or a client could
 * take from a request what the answer depends on.
 */
public final class HopByHop {
    private static final Set<String> ALWAYS = always();

    /** For all recipients, whatever Connection says. */
    private static final Set<String> END_TO_END = Set.of(
            "age",
            "allow",
            "authorization",
            "cdn-loop",
            "cookie",
            "date",
            EdgeFields.READ_AFTER.toLowerCase(Locale.ROOT),
            "etag",
            "expect",
            "expires",
            "forwarded",
            "from",
            "host",
            "idempotency-key",
            "last-modified",
            "location",
            "max-forwards",
            "origin",
            "pragma",
            "prefer",
            "priority",
            "range",
            "referer",
            "retry-after",
            "server",
            "set-cookie",
            "traceparent",
            "tracestate",
            "user-agent",
            "vary",
            "via",
            "www-authenticate",
            "x-request-id");

    private static final List<String> END_TO_END_PREFIXES =
            List.of("accept", "access-control-", "cache-", "content-", "if-", "sec-", "surrogate-", "x-forwarded-");

    private HopByHop() {}

    private static Set<String> always() {
        Set<String> names = new HashSet<>(Set.of(
                "connection",
                "keep-alive",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
                "http2-settings"));
        for (ExtensionHeaderNames notesOfNetty : ExtensionHeaderNames.values()) { // on what came over HTTP/2
            names.add(notesOfNetty.text().toString());
        }
        return Set.copyOf(names);
    }

    /** The fields without those for the next hop, and without those that Connection names. */
    public static Headers removedFrom(Headers headers) {
        Set<String> dropped = named(headers);
        return headers.filtered(field -> {
            String name = field.name().toLowerCase(Locale.ROOT);
            return !ALWAYS.contains(name) && !dropped.contains(name);
        });
    }

    /** The fields without those that Connection names. */
    public static Headers namedRemovedFrom(Headers headers) {
        Set<String> dropped = named(headers);
        return dropped.isEmpty()
                ? headers
                : headers.filtered(field -> !dropped.contains(field.name().toLowerCase(Locale.ROOT)));
    }

    private static Set<String> named(Headers headers) {
        Set<String> dropped = Set.of();
        for (String line : headers.all("Connection")) {
            for (String option : line.split(",", -1)) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !ALWAYS.contains(name) && !isEndToEnd(name)) {
                    dropped = dropped.isEmpty() ? new HashSet<>() : dropped;
                    dropped.add(name);
                }
            }
        }
        return dropped;
    }

    private static boolean isEndToEnd(String name) {
        return END_TO_END.contains(name) || END_TO_END_PREFIXES.stream().anyMatch(name::startsWith);
    }
}
