package io.tidemark.gateway.origin;

import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.tidemark.gateway.cache.Headers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The fields that are for the next hop only (RFC 9110 §7.6.1). */
public final class HopByHop {
    private static final Set<String> ALWAYS = always();

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
        Set<String> dropped = new HashSet<>();
        for (String line : headers.all("Connection")) {
            for (String option : line.split(",", -1)) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty()) {
                    dropped.add(name);
                }
            }
        }
        return headers.filtered(field -> {
            String name = field.name().toLowerCase(Locale.ROOT);
            return !ALWAYS.contains(name) && !dropped.contains(name);
        });
    }
}
