package io.tidemark.writequeue.clients;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * Who may write, and how much at once.
 *
 * @param clientHeader names the client. To configure it is to say that whoever stands in front of this service sets it, and
 *     takes it from the public; without it, all are one client unless there are tokens
 * @param anonymous the client of a request without a name; an operator in the profile {@code local} at most
 * @param jwt if it has a key set or a secret, clients are told apart by their tokens, and the header means nothing
 * @param operators clients that see, redrive and discard every client's dead letters; others only their own
 * @param maxRequest the largest request body
 */
@ConfigurationProperties(prefix = "tidemark.writes.acceptance", ignoreUnknownFields = false)
public record AcceptanceProperties(
        @DefaultValue("") String clientHeader,
        @DefaultValue("anonymous") String anonymous,
        @DefaultValue Jwt jwt,
        @DefaultValue Set<String> operators,
        @DefaultValue("512KB") DataSize maxRequest) {
    private static final int MIN_SECRET = 32;

    public AcceptanceProperties {
        if (maxRequest.toBytes() < 1 || maxRequest.toBytes() > 900_000) {
            throw new IllegalArgumentException(
                    "tidemark.writes.acceptance.max-request must be positive and at most 900000B, the log's limit");
        }
    }

    /**
     * What makes a bearer token (RFC 6750, RFC 7519) valid.
     *
     * @param keySet the issuer's JWK set (RFC 7517): an http(s) URL, asked again when a token names a key that it did not
     *     have, or a file, read at the start. Signatures of the RS, PS and ES families
     * @param secret instead of a key set: shared with the issuer, at least 32 bytes. Signatures HS256
     * @param claim whose value is the client's name
     * @param issuer what {@code iss} must be; absent: anything
     * @param audience what {@code aud} must contain; absent: anything
     */
    public record Jwt(
            @Nullable Resource keySet,
            @Nullable String secret,
            @DefaultValue("sub") String claim,
            @Nullable String issuer,
            @Nullable String audience) {
        public Jwt {
            secret = blankToNull(secret);
            issuer = blankToNull(issuer);
            audience = blankToNull(audience);
            if (keySet != null && secret != null) {
                throw new IllegalArgumentException(
                        "tidemark.writes.acceptance.jwt has a key-set and a secret; it needs one of them");
            }
            if (secret != null && secret.length() < MIN_SECRET) {
                throw new IllegalArgumentException(
                        "tidemark.writes.acceptance.jwt.secret must have at least " + MIN_SECRET + " characters");
            }
        }

        private static @Nullable String blankToNull(@Nullable String text) {
            return text == null || text.isBlank() ? null : text;
        }

        boolean isConfigured() {
            return keySet != null || secret != null;
        }

        @Override
        public String toString() {
            return "Jwt[claim=" + claim + ", issuer=" + issuer + ", audience=" + audience + ']'; // not the secret
        }
    }
}
