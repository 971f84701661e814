package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Target;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a url, prefix or pattern points.
 *
 * @param host null for any host
 * @param literalPath the path without its query, of a pattern the part before its first {@code *}
 */
record Place(@Nullable String host, String literalPath) {
    /** @throws IllegalArgumentException if the target's value neither starts with a slash nor is an http(s) URL with a host */
    static Place of(Target target) {
        String value = target.value();
        if (value.startsWith("/")) {
            return new Place(null, literal(target.kind(), value));
        }
        int authority = value.startsWith("http://") ? 7 : value.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            throw new IllegalArgumentException(target.kind().label()
                    + " must start with a slash, or with http:// or https:// and a host: \"" + value + '"');
        }
        int slash = value.indexOf('/', authority);
        String origin = slash < 0 ? value : value.substring(0, slash);
        return new Place(host(origin), literal(target.kind(), slash < 0 ? "/" : value.substring(slash)));
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
        int end = path.indexOf('?');
        if (kind == Target.Kind.PATTERN) {
            int star = path.indexOf('*');
            end = star >= 0 && (end < 0 || star < end) ? star : end;
        }
        return end < 0 ? path : path.substring(0, end);
    }
}
