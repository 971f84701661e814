package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * What is refused by its head alone: with the answer that it would get from the gateway's filters, which would cost many times as much.
 * Thread-safe; does not block.
 */
@FunctionalInterface
public interface EarlyRefusals {
    /** What becomes of a request; null if the filters decide. */
    @Nullable
    Refused of(String scheme, HttpMethod method, String uri, HttpHeaders fields);

    /**
     * A request that is refused.
     *
     * @param id of the request
     */
    record Refused(EarlyAnswer answer, String id) {}
}
