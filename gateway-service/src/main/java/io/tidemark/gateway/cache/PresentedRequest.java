package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A client's request as the cache sees it.
 *
 * @param method as sent; methods are case-sensitive
 * @param scheme {@code http} or {@code https}, as the client sees it
 * @param authority host and port as asked for, in lower case
 * @param path the raw path, starting with a slash
 * @param query the raw query, null if the target had no question mark
 * @param headers all of the request's fields
 */
public record PresentedRequest(
        String method,
        String scheme,
        String authority,
        String path,
        @Nullable String query,
        Headers headers) {
    public boolean isGet() {
        return method.equals("GET");
    }

    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether the method is safe (RFC 9110 §9.2.1); an unknown one is not. */
    public boolean isSafe() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }

    /** Whether it has a body, which no cache key could stand for. */
    boolean hasBody() {
        String length = headers.first("Content-Length");
        return (length != null && !length.equals("0")) || headers.has("Transfer-Encoding");
    }

    /** Whether it has a condition that only the origin can judge (RFC 9111 §4.3.2). */
    boolean isForTheOrigin() {
        return headers.has("If-Match") || headers.has("If-Unmodified-Since");
    }

    /** Whether it says anything that may pass a stored response by. */
    public boolean mayForce() {
        return headers.has("Cache-Control") || headers.has("Pragma") || isForTheOrigin();
    }

    public PresentedRequest withHeaders(Headers newHeaders) {
        return new PresentedRequest(method, scheme, authority, path, query, newHeaders);
    }
}
