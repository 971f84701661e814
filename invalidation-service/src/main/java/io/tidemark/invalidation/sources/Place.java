package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Target;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a url, prefix or pattern points, taken apart as the gateways do it: a fragment counts for nothing, and the host ends
 * at the first slash or question mark. A source that could make the two differ could purge what it must not.
 *
 * @param host null for any host
 * @param literalPath the path without its query, of a pattern the part before its first {@code *}
 */
record Place(@Nullable String host, String literalPath) {
    /** @throws IllegalArgumentException if the target's value neither starts with a slash nor is an http(s) URL with a host */
    static Place of(Target target) {
        String value = before(target.value(), '#');
        if (value.startsWith("/")) {
            return new Place(null, literal(target.kind(), value));
        }
        int authority = value.startsWith("http://") ? 7 : value.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            throw new IllegalArgumentException(target.kind().label()
                    + " must start with a slash, or with http:// or https:// and a host: \"" + value + '"');
        }
        String origin = value.substring(0, authority) + before(before(value.substring(authority), '/'), '?');
        String rest = value.substring(origin.length());
        return new Place(host(origin), literal(target.kind(), rest.startsWith("/") ? rest : '/' + rest));
    }

    private static String before(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    private static String host(String origin) {
        try {
            String host = new URI(origin).getHost();
            if (host != null) {
                return host;
            }
        } catch (URISyntaxException malformed) {
            // said below
        }
        throw new IllegalArgumentException("\"" + origin + "\" names no host");
    }

    private static String literal(Target.Kind kind, String path) {
        String withoutQuery = before(path, '?');
        return kind == Target.Kind.PATTERN ? before(withoutQuery, '*') : withoutQuery;
    }
}
