package io.tidemark.gateway.server;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is refused by its head alone, on a connection of HTTP/1.1: with the answer that it would get from the gateway's filters, which
 * would cost many times as much. Thread-safe; does not block.
 */
@FunctionalInterface
public interface EarlyRefusals {
    /** The answer to a request, to be written once; null if the filters decide. */
    @Nullable
    FullHttpResponse of(String scheme, HttpRequest request);
}
