package io.tidemark.gateway.policy;

import java.nio.charset.StandardCharsets;

/**
 * What a route answers to a GET or HEAD where its origin gave no response and nothing stored can stand in.
 *
 * @param contentType of the body
 * @param body in UTF-8
 */
public record DefaultResponse(int status, String contentType, String body) {
    public DefaultResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("default-response.status must be 200 to 599: " + status);
        }
        if (contentType.isBlank() || contentType.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("default-response.content-type is no media type: " + contentType);
        }
    }

    /** The body's bytes. */
    public byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
