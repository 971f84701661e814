package io.tidemark.gateway.policy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jwt.JWTClaimNames;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.tidemark.gateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The claims of a request's bearer token (RFC 6750, RFC 7519) that a policy adds to its key. Only of tokens whose signature,
 * times and, where configured, issuer and audience are right: with claims that anybody can write, anybody could ask for
 * another's answer. Thread-safe.
 */
@Component
@EnableConfigurationProperties(TokenProperties.class)
public final class UserClaims {
    private static final String BEARER = "Bearer ";
    private static final JsonMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final @Nullable DefaultJWTProcessor<SecurityContext> processor;

    public UserClaims(TokenProperties properties) {
        this.processor = processor(properties);
    }

    private static @Nullable DefaultJWTProcessor<SecurityContext> processor(TokenProperties properties) {
        String secret = properties.secret();
        String publicKey = properties.publicKey();
        if (secret == null && publicKey == null) {
            return null;
        }
        DefaultJWTProcessor<SecurityContext> made = new DefaultJWTProcessor<>();
        JWSAlgorithm algorithm = secret == null ? JWSAlgorithm.RS256 : JWSAlgorithm.HS256;
        Key key = secret == null
                ? rsa(publicKey)
                : new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        made.setJWSKeySelector(new SingleKeyJWSKeySelector<>(algorithm, key));
        JWTClaimsSet exactly = properties.issuer() == null
                ? null
                : new JWTClaimsSet.Builder().issuer(properties.issuer()).build();
        made.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(properties.audience(), exactly, Set.of(JWTClaimNames.EXPIRATION_TIME)));
        return made;
    }

    private static Key rsa(@Nullable String pem) {
        try {
            String text = String.valueOf(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("tidemark.tokens.public-key is no RSA key in PEM", unreadable);
        }
    }

    /**
     * Checks that a policy's claims can be had.
     *
     * @throws IllegalArgumentException naming the property that is missing
     */
    void require(String policy, List<String> claims) {
        if (!claims.isEmpty() && processor == null) {
            throw new IllegalArgumentException("tidemark.policies." + policy
                    + ".key.claims needs tidemark.tokens.secret or tidemark.tokens.public-key");
        }
    }

    /**
     * Checks that claims can be had.
     *
     * @throws IllegalArgumentException naming the property that is missing
     */
    void require(String by) {
        if (processor == null) {
            throw new IllegalArgumentException(by + " needs tidemark.tokens.secret or tidemark.tokens.public-key");
        }
    }

    /** Whose token it is, by its claim {@code sub}. */
    public Subject subject(Headers request) {
        Map<String, Object> claims = trusted(request);
        if (claims == null) {
            return request.has("Authorization") ? new Subject.Untrusted() : new Subject.Nobody();
        }
        return claims.get(JWTClaimNames.SUBJECT) instanceof String name && Subject.User.isUsable(name)
                ? new Subject.User(name)
                : new Subject.Untrusted();
    }

    /** One claim of a request's only token. */
    public sealed interface Claim {
        /** There is a token that can be trusted, and it has no such claim. */
        record Absent() implements Claim {}

        /** There is none that can be trusted. */
        record Untrusted() implements Claim {}

        record Value(Object value) implements Claim {}
    }

    /** A claim of the token of a request that has one. */
    public Claim claim(Headers request, String name) {
        Map<String, Object> claims = trusted(request);
        if (claims == null) {
            return new Claim.Untrusted();
        }
        Object value = claims.get(name);
        return value == null ? new Claim.Absent() : new Claim.Value(value);
    }

    /**
     * The claims as JSON text that only equal values share, members of objects in the order of their names. None without a
     * token; null where there is one that cannot be trusted, or that never expires.
     *
     * @param names of the claims that are wanted
     */
    @Nullable
    public Map<String, String> of(Headers request, List<String> names) {
        if (!request.has("Authorization")) {
            return Map.of();
        }
        Map<String, Object> all = trusted(request);
        if (all == null) {
            return null;
        }
        try {
            Map<String, String> claims = new TreeMap<>();
            for (String name : names) {
                if (all.containsKey(name)) {
                    claims.put(name, CANONICAL.writeValueAsString(all.get(name)));
                }
            }
            return claims;
        } catch (JacksonException unwritable) {
            return null;
        }
    }

    /** The claims of the request's only token, null if there is none that can be trusted. */
    private @Nullable Map<String, Object> trusted(Headers request) {
        List<String> presented = request.all("Authorization");
        if (processor == null
                || presented.size() != 1
                || !presented.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        try {
            return processor
                    .process(presented.getFirst().substring(BEARER.length()).strip(), null)
                    .toJSONObject(true);
        } catch (ParseException | BadJOSEException | JOSEException untrusted) {
            return null;
        }
    }
}
