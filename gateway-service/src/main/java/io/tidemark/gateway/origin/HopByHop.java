package io.tidemark.gateway.origin;

import io.tidemark.gateway.cache.Headers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The fields that are for the next hop only (RFC 9110 §7.6.1). */
public final class HopByHop {
    private static final Set<String> ALWAYS = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private HopByHop() {}

    /** The fields without those for the next hop, and without those that Connection names. */
    public static Headers removedFrom(Headers headers) {
        Set<String> dropped = ALWAYS;
        for (String line : headers.all("Connection")) {
            for (String option : line.split(",", -1)) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !ALWAYS.contains(name)) {
                    dropped = dropped == ALWAYS ? new HashSet<>(ALWAYS) : dropped;
                    dropped.add(name);
                }
            }
        }
        Set<String> names = dropped;
        return headers.filtered(field -> !names.contains(field.name().toLowerCase(Locale.ROOT)));
    }
}
