package io.tidemark.writequeue.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.tidemark.writequeue.clients.AcceptanceProperties.Jwt;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.web.ErrorResponseException;

class ClientTokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String SECRET = "a secret of thirty-two characters";

    /** A valid token's claims. */
    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("ann")
                .issuer("https://issuer.example")
                .audience(List.of("writes", "reads"))
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }

    private static String signed(JWSHeader header, JWSSigner signer, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return "Bearer " + token.serialize();
    }

    private static ErrorResponseException refused(ClientTokens tokens, String authorization) {
        return catchThrowableOfType(ErrorResponseException.class, () -> tokens.clientOf(authorization));
    }

    @Nested
    class WithASharedSecret {
        private final ClientTokens tokens =
                new ClientTokens(new Jwt(null, SECRET, "sub", "https://issuer.example", "writes"), CLOCK);

        private String token(Consumer<JWTClaimsSet.Builder> change) throws JOSEException {
            JWTClaimsSet.Builder claims = claims();
            change.accept(claims);
            return signed(new JWSHeader(JWSAlgorithm.HS256), new MACSigner(SECRET), claims.build());
        }

        @Test
        void theClaimNamesTheClient() throws Exception {
            assertThat(tokens.clientOf(token(_ -> {}))).isEqualTo("ann");
            assertThat(tokens.clientOf(token(_ -> {}).replace("Bearer", "bearer")))
                    .isEqualTo("ann");
        }

        @Test
        void withoutATokenItIs401ThatAsksForOne() {
            ErrorResponseException refused =
                    catchThrowableOfType(ErrorResponseException.class, () -> tokens.clientOf(null));
            assertThat(refused.getStatusCode().value()).isEqualTo(401);
            assertThat(refused.getHeaders().getFirst("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(refused.getBody().getType()).hasToString("urn:tidemark:problem:token-required");
        }

        @Test
        void whateverIsWrongWithItIs401() throws Exception {
            List<String> wrong = List.of(
                    "Basic YW5uOmFubg==",
                    "Bearer ",
                    "Bearer no.such.token",
                    token(_ -> {}).replaceFirst("\\.[^.]*$", ".AAAA"),
                    signed(new JWSHeader(JWSAlgorithm.HS256), new MACSigner("another " + SECRET), claims().build()),
                    "Bearer " + new PlainJWT(claims().build()).serialize(), // alg none
                    token(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(120)))),
                    token(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(120)))),
                    token(claims -> claims.issuer("https://another.example")),
                    token(claims -> claims.audience("reads")),
                    token(claims -> claims.audience((String) null)),
                    token(claims -> claims.subject(null)),
                    token(claims -> claims.subject("ann and bob")),
                    token(claims -> claims.subject("")));
            for (String authorization : wrong) {
                ErrorResponseException refused = refused(tokens, authorization);
                assertThat(refused).as(authorization).isNotNull();
                assertThat(refused.getStatusCode().value()).isEqualTo(401);
                assertThat(refused.getHeaders().getFirst("WWW-Authenticate"))
                        .isEqualTo("Bearer error=\"invalid_token\"");
                assertThat(refused.getBody().getDetail()).isNotBlank();
            }
        }
    }

    @Nested
    class WithAKeySet {
        private final ECKey key = key("k1");
        private final ClientTokens tokens =
                new ClientTokens(new Jwt(keySet(key), null, "client_id", null, null), CLOCK);

        private static ECKey key(String id) {
            try {
                return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Resource keySet(ECKey key) {
            byte[] json = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            return new ByteArrayResource(json);
        }

        private static JWSHeader header(String type) {
            return new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID("k1")
                    .type(new JOSEObjectType(type))
                    .build();
        }

        private static JWTClaimsSet claims() {
            return ClientTokensTest.claims().claim("client_id", "bob").build();
        }

        @Test
        void aTokenOfOneOfItsKeysCountsAnAccessTokenToo() throws Exception {
            assertThat(tokens.clientOf(signed(header("JWT"), new ECDSASigner(key), claims())))
                    .isEqualTo("bob");
            assertThat(tokens.clientOf(signed(header("at+jwt"), new ECDSASigner(key), claims())))
                    .isEqualTo("bob");
        }

        @Test
        void aTokenOfAnotherKeyUnderTheSameNameDoesNot() throws Exception {
            String forged = signed(header("JWT"), new ECDSASigner(key("k1")), claims());
            assertThat(refused(tokens, forged).getStatusCode().value()).isEqualTo(401);
        }

        @Test
        void aPublicKeyIsNoSharedSecret() throws Exception {
            byte[] published = key.toECPublicKey().getEncoded();
            var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build();
            String forged = signed(header, new MACSigner(published), claims());
            assertThat(refused(tokens, forged).getStatusCode().value()).isEqualTo(401);
        }

        @Test
        void thatDoesNotAnswerIs503() throws Exception {
            Resource nowhere = new DefaultResourceLoader().getResource("http://127.0.0.1:9/keys");
            var blind = new ClientTokens(new Jwt(nowhere, null, "client_id", null, null), CLOCK);
            ErrorResponseException refused = refused(blind, signed(header("JWT"), new ECDSASigner(key), claims()));
            assertThat(refused.getStatusCode().value()).isEqualTo(503);
            assertThat(refused.getHeaders().getFirst("Retry-After")).isEqualTo("2");
        }

        @Test
        void thatIsNoneEndsTheStart() {
            Resource noKeys = new ByteArrayResource("nothing".getBytes(StandardCharsets.UTF_8));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ClientTokens(new Jwt(noKeys, null, "sub", null, null), CLOCK))
                    .withMessageContaining("tidemark.writes.acceptance.jwt.key-set");
        }
    }

    @Test
    void aKeySetAndASecretOrAShortSecretEndTheStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Jwt(new ByteArrayResource(new byte[0]), SECRET, "sub", null, null))
                .withMessageContaining("one of them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Jwt(null, "short", "sub", null, null))
                .withMessageContaining("32 characters");
    }
}
