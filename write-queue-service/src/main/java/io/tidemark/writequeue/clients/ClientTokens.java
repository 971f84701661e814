package io.tidemark.writequeue.clients;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import io.tidemark.commons.problems.Problems;
import io.tidemark.writequeue.clients.AcceptanceProperties.Jwt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.ErrorResponseException;

/**
 * Tells clients apart by a claim of their bearer token. Nothing of a token counts before its signature, its times and,
 * where configured, its issuer and audience are verified. Thread-safe.
 */
final class ClientTokens {
    private static final Pattern BEARER =
            Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*)"); // RFC 6750 section 2.1
    private static final Set<SignatureAlgorithm> ALGORITHMS = Set.of(SignatureAlgorithm.values());
    private static final int RETRY_SECONDS = 2;

    private final NimbusJwtDecoder decoder;
    private final String claim;

    /** @throws IllegalArgumentException if the key set is a file that cannot be read */
    ClientTokens(Jwt properties, Clock clock) {
        this.claim = properties.claim();
        this.decoder = decoder(properties);
        decoder.setJwtValidator(validator(properties, clock));
    }

    /**
     * Who sent the request with this {@code Authorization}; fails with 401 if it does not prove who, with 503 if the
     * issuer's keys are out of reach.
     */
    String clientOf(@Nullable String authorization) {
        if (authorization == null) {
            throw unauthorized(
                    "token-required", "A token is required", "Authorization: Bearer with a JWT is missing", "");
        }
        Matcher bearer = BEARER.matcher(authorization.strip());
        if (!bearer.matches()) {
            throw invalid("Authorization is not \"Bearer\" and a token");
        }
        try {
            Object client = decoder.decode(bearer.group(1)).getClaim(claim);
            return Optional.ofNullable(client instanceof String name ? name : null)
                    .filter(Clients::isUsable)
                    .orElseThrow(() -> invalid("its claim \"" + claim + "\" must be " + Clients.USABLE));
        } catch (BadJwtException refused) {
            throw invalid(String.valueOf(refused.getMessage()));
        } catch (JwtException keysOutOfReach) {
            var failure = new ErrorResponseException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    Problems.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "keys-unavailable",
                            "Tokens cannot be verified now",
                            "The issuer's key set did not answer; nothing was stored"),
                    keysOutOfReach);
            failure.getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(RETRY_SECONDS));
            throw failure;
        }
    }

    private static NimbusJwtDecoder decoder(Jwt properties) {
        Resource keySet = properties.keySet();
        if (keySet == null) {
            byte[] secret = String.valueOf(properties.secret()).getBytes(StandardCharsets.UTF_8);
            return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(secret, "HmacSHA256"))
                    .macAlgorithm(MacAlgorithm.HS256)
                    .build();
        }
        try {
            if (keySet instanceof UrlResource && keySet.getURL().getProtocol().startsWith("http")) {
                return NimbusJwtDecoder.withJwkSetUri(keySet.getURL().toString())
                        .jwsAlgorithms(all -> all.addAll(ALGORITHMS))
                        .build();
            }
            try (InputStream json = keySet.getInputStream()) {
                return NimbusJwtDecoder.withJwkSource(new ImmutableJWKSet<>(JWKSet.load(json)))
                        .jwsAlgorithms(all -> all.addAll(ALGORITHMS))
                        .build();
            }
        } catch (IOException | ParseException unreadable) {
            throw new IllegalArgumentException(
                    "tidemark.writes.acceptance.jwt.key-set cannot be read: " + keySet, unreadable);
        }
    }

    private static OAuth2TokenValidator<org.springframework.security.oauth2.jwt.Jwt> validator(
            Jwt properties, Clock clock) {
        var times = new JwtTimestampValidator();
        times.setClock(clock);
        List<OAuth2TokenValidator<org.springframework.security.oauth2.jwt.Jwt>> all = new ArrayList<>(List.of(times));
        if (properties.issuer() != null) {
            all.add(new JwtIssuerValidator(properties.issuer()));
        }
        String audience = properties.audience();
        if (audience != null) {
            all.add(new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD, audiences -> audiences != null && audiences.contains(audience)));
        }
        return new DelegatingOAuth2TokenValidator<>(all);
    }

    private static ErrorResponseException invalid(String detail) {
        return unauthorized("invalid-token", "The token is not valid", detail, " error=\"invalid_token\"");
    }

    /** RFC 6750 section 3. */
    private static ErrorResponseException unauthorized(String name, String title, String detail, String error) {
        var failure = new ErrorResponseException(
                HttpStatus.UNAUTHORIZED, Problems.of(HttpStatus.UNAUTHORIZED, name, title, detail), null);
        failure.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer" + error);
        return failure;
    }
}
