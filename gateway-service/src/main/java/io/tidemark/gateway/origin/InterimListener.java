package io.tidemark.gateway.origin;

import io.tidemark.gateway.http.Headers;

/** Gets an origin's interim responses (RFC 9110 §15.2) while the final one is still to come. */
@FunctionalInterface
public interface InterimListener {
    /**
     * An interim response came. Called on the origin connection's event loop: must not block.
     *
     * @param status 102 to 199
     * @param headers end-to-end fields
     */
    void received(int status, Headers headers);
}
