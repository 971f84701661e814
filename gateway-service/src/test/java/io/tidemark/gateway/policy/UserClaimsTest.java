package io.tidemark.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy whose key has a claim of the user's token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserClaimsTest {
    private static final String SECRET = "a secret of thirty-two characters or more";

    private final RunningGateway gateway = RunningGateway.with(
            "--tidemark.policies.standard.key.claims=sub,groups", "--tidemark.tokens.secret=" + SECRET);
    private final AtomicInteger calls = new AtomicInteger();
    private final String target = gateway.newTarget();

    UserClaimsTest() {
        gateway.origin.on(
                target,
                _ -> RunningGateway.response(
                        200,
                        Headers.of("Cache-Control", "public, max-age=60"),
                        "call " + calls.incrementAndGet(),
                        true));
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
    }

    private static String token(String user, String secret, Instant expires) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims(user, expires));
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static JWTClaimsSet claims(String user, Instant expires) {
        return new JWTClaimsSet.Builder()
                .subject(user)
                .expirationTime(Date.from(expires))
                .jwtID(expires.toString())
                .build();
    }

    private Response get(@Nullable String authorization) throws IOException {
        return gateway.send(
                "GET", target, authorization == null ? Headers.empty() : Headers.of("Authorization", authorization));
    }

    @Test
    void eachUserHasTheirOwnAnswerWhateverTokenTheyCarry() throws Exception {
        Instant hour = Instant.now().plusSeconds(3600);
        String ann = get("Bearer " + token("ann", SECRET, hour)).body();
        String bob = get("Bearer " + token("bob", SECRET, hour)).body();
        String nobody = get(null).body();

        assertThat(get("bearer " + token("ann", SECRET, hour.plusNanos(1_000))).body())
                .isEqualTo(ann);
        assertThat(get("Bearer " + token("bob", SECRET, hour)).body()).isEqualTo(bob);
        assertThat(get(null).body()).isEqualTo(nobody);
        assertThat(ann).isNotEqualTo(bob).isNotEqualTo(nobody);
    }

    @Test
    void aTokenThatCannotBeTrustedGetsNothingThatIsStored() throws Exception {
        Instant hour = Instant.now().plusSeconds(3600);
        get("Bearer " + token("eve", SECRET, hour));
        for (String forged : new String[] {
            "Bearer " + token("eve", "another secret of more than thirty-two", hour),
            "Bearer " + token("eve", SECRET, Instant.now().minusSeconds(3600)),
            "Bearer " + new PlainJWT(claims("eve", hour)).serialize(),
            "Bearer eve",
            "Basic ZXZlOmV2ZQ=="
        }) {
            int before = calls.get();

            Response response = get(forged);

            assertThat(calls).as(forged).hasValue(before + 1);
            assertThat(response.headers().all("Cache-Status")).containsExactly("tidemark-local; fwd=bypass");
        }
    }

    @Test
    void anyJsonValueTellsUsersApart() throws Exception {
        List<Object> values = List.of(
                List.of(),
                List.of("admin"),
                List.of("user"),
                List.of("admin", "user"),
                "admin",
                "[\"admin\"]",
                true,
                false,
                "true",
                1,
                "1",
                1.5,
                Map.of("a", 1, "b", List.of(true)),
                Map.of("a", 1, "b", List.of(false)),
                Map.of());
        Set<String> answers = new HashSet<>();
        answers.add(get(null).body());
        for (Object value : values) {
            answers.add(get("Bearer " + token(value)).body());
        }
        assertThat(answers).hasSize(values.size() + 1);
        assertThat(get("Bearer " + token(new TreeMap<>(Map.of("b", List.of(true), "a", 1)).descendingMap()))
                        .headers()
                        .first("X-Cache-Status"))
                .isEqualTo("HIT");
        assertThat(answers).doesNotContain(get("Bearer " + token(null)).body());
    }

    @Test
    void aTokenThatNeverExpiresIsNotTrusted() throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder().subject("ann").build());
        token.sign(new MACSigner(SECRET));
        get("Bearer " + token.serialize());
        int before = calls.get();

        get("Bearer " + token.serialize());

        assertThat(calls).hasValue(before + 1);
    }

    private static String token(@Nullable Object groups) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                        .claim("groups", groups)
                        .serializeNullClaims(true)
                        .build());
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }

    @ParameterizedTest
    @CsvSource({
        ",                  ,      true",
        "https://a.example, shop,  true",
        "https://b.example, shop,  false",
        "https://a.example, other, false",
        "https://b.example, ,      false",
        ",                  other, false"
    })
    void issuerAndAudienceCountWhereTheyAreConfigured(
            @Nullable String issuer, @Nullable String audience, boolean trusted) throws Exception {
        UserClaims users = new UserClaims(new TokenProperties(SECRET, null, issuer, audience));
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject("ann")
                        .issuer("https://a.example")
                        .audience(List.of("shop", "till"))
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                        .build());
        token.sign(new MACSigner(SECRET));
        Map<String, String> claims =
                users.of(Headers.of("Authorization", "Bearer " + token.serialize()), List.of("sub"));
        assertThat(claims).isEqualTo(trusted ? Map.of("sub", "\"ann\"") : null);
    }

    @Test
    void aPolicyWithClaimsNeedsAKey() {
        assertThatThrownBy(() -> RunningGateway.with("--tidemark.policies.standard.key.claims=sub"))
                .rootCause()
                .hasMessageContaining("tidemark.policies.standard.key.claims needs tidemark.tokens.secret");
    }
}
