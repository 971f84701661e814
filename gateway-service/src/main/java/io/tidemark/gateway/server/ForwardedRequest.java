package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What trusted proxies say of the scheme and the host that a client used, in {@code X-Forwarded-Proto} and {@code -Host} or
 * in {@code Forwarded} (RFC 7239); of several the last, which the nearest proxy gave. Thread-safe.
 */
@Component
public final class ForwardedRequest {
    private static final AsciiString PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString FORWARDED = AsciiString.cached("forwarded");

    private final boolean isByForwarded;

    ForwardedRequest(ForwardedProperties properties) {
        this.isByForwarded = properties.by() == ForwardedProperties.By.FORWARDED;
    }

    /**
     * The scheme, null where none is said that is known.
     *
     * @param fields of a request from a trusted proxy
     */
    public @Nullable String scheme(HttpHeaders fields) {
        String said = isByForwarded ? parameter(fields, "proto") : last(fields.getAll(PROTO));
        return said == null
                ? null
                : switch (said.toLowerCase(Locale.ROOT)) {
                    case "https", "wss" -> "https";
                    case "http", "ws" -> "http";
                    default -> null;
                };
    }

    /** Whether the proxy may say that another host than this one was asked for. */
    public boolean namesOtherHost(HttpHeaders fields, String host) {
        if (isByForwarded) {
            return fields.contains(FORWARDED);
        }
        String said = last(fields.getAll(HOST));
        return said != null && !said.equalsIgnoreCase(host);
    }

    /** The authority that was asked for, null where none is said that is valid. */
    @Nullable
    Authority authority(HttpHeaders fields, String scheme) {
        String said = isByForwarded ? parameter(fields, "host") : last(fields.getAll(HOST));
        return said == null ? null : Authority.parse(said, scheme);
    }

    private static @Nullable String parameter(HttpHeaders fields, String name) {
        String element = last(fields.getAll(FORWARDED));
        if (element == null) {
            return null;
        }
        for (String pair : element.split(";", -1)) {
            String stripped = pair.strip();
            if (stripped.regionMatches(true, 0, name + '=', 0, name.length() + 1)) {
                String value = stripped.substring(name.length() + 1);
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return null;
    }

    private static @Nullable String last(List<String> lines) {
        if (lines.isEmpty()) {
            return null;
        }
        String line = lines.getLast();
        return line.substring(line.lastIndexOf(',') + 1).strip();
    }
}
