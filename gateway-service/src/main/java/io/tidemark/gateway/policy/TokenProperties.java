package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * {@code tidemark.tokens.*}: which of users' tokens are believed. A secret or a public key is needed where a policy's key has
 * claims.
 *
 * @param secret for HS256, 32 characters or more
 * @param publicKey for RS256: an RSA key in PEM
 * @param issuer what {@code iss} must be; absent: anything
 * @param audience what {@code aud} must contain; absent: anything
 */
@ConfigurationProperties(value = "tidemark.tokens", ignoreUnknownFields = false)
public record TokenProperties(
        @Nullable String secret,
        @Nullable String publicKey,
        @Nullable String issuer,
        @Nullable String audience) {
    public TokenProperties {
        issuer = blankToNull(issuer);
        audience = blankToNull(audience);
        if (secret != null && publicKey != null) {
            throw new IllegalArgumentException("tidemark.tokens: secret and public-key exclude each other");
        }
        if (secret != null && secret.length() < 32) {
            throw new IllegalArgumentException("tidemark.tokens.secret must have 32 characters or more");
        }
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
