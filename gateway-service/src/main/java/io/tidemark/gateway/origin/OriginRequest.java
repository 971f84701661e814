package io.tidemark.gateway.origin;

import io.netty.buffer.ByteBuf;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.http.Headers;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * A request as it is to be sent to an origin: these fields and no others, but for the framing.
 *
 * @param target path and query, sent octet for octet; null: those of the URI
 * @param headers end-to-end fields, {@code Host} among them
 * @param body null if there is none; it can be read once, so such a request is never sent again
 * @param interim who gets interim responses; null: nobody
 * @param span the step that needs the answer
 */
public record OriginRequest(
        String method,
        URI uri,
        @Nullable String target,
        Headers headers,
        @Nullable Publisher<ByteBuf> body,
        OriginTimeouts timeouts,
        @Nullable InterimListener interim,
        Span span) {
    /** One for the URI's own path and query, that nobody follows. */
    public OriginRequest(
            String method,
            URI uri,
            Headers headers,
            @Nullable Publisher<ByteBuf> body,
            OriginTimeouts timeouts,
            @Nullable InterimListener interim) {
        this(method, uri, null, headers, body, timeouts, interim, Span.NONE);
    }

    /** Whether it may be sent a second time although the origin may have seen it (RFC 9110 §9.2.1). */
    boolean isRepeatable() {
        return body == null && (method.equals("GET") || method.equals("HEAD"));
    }

    /** The same as a part of another step. */
    OriginRequest within(Span other) {
        return other == span ? this : new OriginRequest(method, uri, target, headers, body, timeouts, interim, other);
    }

    /** The origin's name, as {@link Origins#name} says. */
    public String origin() {
        return Origins.name(uri);
    }
}
