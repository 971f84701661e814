package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * {@code tidemark.tokens.*}: how the signatures of users' tokens are checked. One of the two is needed where a policy's key has
 * claims.
 *
 * @param secret for HS256, 32 characters or more
 * @param publicKey for RS256: an RSA key in PEM
 */
@ConfigurationProperties(value = "tidemark.tokens", ignoreUnknownFields = false)
public record TokenProperties(
        @Nullable String secret, @Nullable String publicKey) {
    public TokenProperties {
        if (secret != null && publicKey != null) {
            throw new IllegalArgumentException("tidemark.tokens: secret and public-key exclude each other");
        }
        if (secret != null && secret.length() < 32) {
            throw new IllegalArgumentException("tidemark.tokens.secret must have 32 characters or more");
        }
    }
}
