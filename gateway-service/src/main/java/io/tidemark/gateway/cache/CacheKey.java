package io.tidemark.gateway.cache;

import org.jspecify.annotations.Nullable;

/**
 * The primary key of a stored response (RFC 9111 §2): what must be equal for two requests to be of one resource. The
 * method is no part of it: only GET responses are stored.
 *
 * @param route the id of the route; two routes that share a path share nothing
 * @param extra what the policy adds (cookies, headers, a claim), "" if nothing
 */
public record CacheKey(
        String route,
        String scheme,
        String authority,
        String path,
        @Nullable String query,
        String extra) {

    /** The key of a request under a route, with the query as it was sent. */
    public static CacheKey of(String route, PresentedRequest request) {
        return new CacheKey(route, request.scheme(), request.authority(), request.path(), request.query(), "");
    }

    /** One line that only equal keys share: each part is preceded by its length. */
    public String text() {
        StringBuilder text = new StringBuilder(64 + path.length());
        part(text, route);
        part(text, scheme);
        part(text, authority);
        part(text, path);
        part(text, query == null ? "" : '?' + query);
        part(text, extra);
        return text.toString();
    }

    private static void part(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part).append(' ');
    }

    /** For people: the URL. */
    @Override
    public String toString() {
        return scheme + "://" + authority + path + (query == null ? "" : '?' + query);
    }
}
