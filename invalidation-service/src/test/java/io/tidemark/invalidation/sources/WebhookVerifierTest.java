package io.tidemark.invalidation.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import io.tidemark.invalidation.sources.Verification.Genuine;
import io.tidemark.invalidation.sources.Verification.Reason;
import io.tidemark.invalidation.sources.Verification.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each test starts from a valid message and breaks one thing. */
class WebhookVerifierTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String BODY = "{\"targets\":[{\"tag\":\"é\"}]}";

    @Nested
    @DisplayName("Standard Webhooks")
    class Standard {
        private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        private static final String OTHER = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";

        private final Map<String, String> headers = new HashMap<>();
        private final WebhookVerifier verifier = new StandardWebhookVerifier(List.of(SECRET));

        Standard() throws Exception {
            headers.put("webhook-id", "msg_1");
            headers.put("webhook-timestamp", Long.toString(NOW.getEpochSecond()));
            headers.put("webhook-signature", new Webhook(SECRET).sign("msg_1", NOW.getEpochSecond(), BODY));
        }

        @Test
        void whatThePublicLibrarySignsIsGenuine() {
            assertThat(verify(BODY)).isEqualTo(new Genuine("msg_1"));
        }

        @Test
        void anotherBodyIdOrTimeIsNotWhatWasSigned() {
            assertRefused(Reason.MISMATCH, verify(BODY + ' '));
            headers.put("webhook-id", "msg_2");
            assertRefused(Reason.MISMATCH, verify(BODY));
            headers.put("webhook-id", "msg_1");
            headers.put("webhook-timestamp", Long.toString(NOW.getEpochSecond() + 1));
            assertRefused(Reason.MISMATCH, verify(BODY));
        }

        @Test
        void eachHeaderIsNeeded() {
            for (String name : List.copyOf(headers.keySet())) {
                String value = headers.remove(name);
                assertRefused(Reason.UNSIGNED, verify(BODY));
                headers.put(name, String.valueOf(value));
            }
        }

        @Test
        void headersAloneTellWhatIsNotSignedOrTooOld() {
            assertThat(verifier.refusedByHeaders(this::header, NOW)).isEmpty();
            assertThat(verifier.refusedByHeaders(this::header, NOW.plusSeconds(301)))
                    .get()
                    .extracting(Refused::reason)
                    .isEqualTo(Reason.TOO_OLD);
            headers.remove("webhook-signature");
            assertThat(verifier.refusedByHeaders(this::header, NOW))
                    .get()
                    .extracting(Refused::reason)
                    .isEqualTo(Reason.UNSIGNED);
        }

        @Test
        void fiveMinutesAreToleratedEitherWay() {
            Duration tolerance = Duration.ofMinutes(5);
            assertThat(verify(BODY, NOW.plus(tolerance))).isInstanceOf(Genuine.class);
            assertThat(verify(BODY, NOW.minus(tolerance))).isInstanceOf(Genuine.class);
            assertRefused(Reason.TOO_OLD, verify(BODY, NOW.plus(tolerance).plusSeconds(1)));
            assertRefused(
                    Reason.FROM_THE_FUTURE, verify(BODY, NOW.minus(tolerance).minusSeconds(1)));
        }

        @Test
        void aTimestampThatIsNoneIsRefused() {
            for (String bad : List.of("", "soon", "1e9", "9223372036854775807", "99999999999999999999", " 1")) {
                headers.put("webhook-timestamp", bad);
                assertThat(verify(BODY)).isInstanceOf(Refused.class);
            }
        }

        @Test
        void oneOfSeveralSignaturesIsEnough() {
            String signature = String.valueOf(headers.get("webhook-signature"));
            headers.put("webhook-signature", "v1a,xxx v1,AAAA v2," + " nonsense " + signature);
            assertThat(verify(BODY)).isInstanceOf(Genuine.class);
            headers.put("webhook-signature", signature + " v1,AAAA");
            assertThat(verify(BODY)).isInstanceOf(Genuine.class);
        }

        @Test
        void aSignatureOfAnotherVersionOrNoneIsNotEnough() {
            String signature = String.valueOf(headers.get("webhook-signature"));
            for (String bad :
                    List.of("", "v1,", signature.replace("v1,", "v2,"), signature.replace("v1,", ""), "v1,***")) {
                headers.put("webhook-signature", bad);
                assertRefused(Reason.MISMATCH, verify(BODY));
            }
        }

        @Test
        void whileSecretsAreRotatedEitherSigns() {
            for (List<String> secrets : List.of(List.of(OTHER, SECRET), List.of(SECRET, OTHER))) {
                WebhookVerifier both = new StandardWebhookVerifier(secrets);
                assertThat(both.verify(new SignedRequest(this::header, BODY.getBytes(UTF_8)), NOW))
                        .isInstanceOf(Genuine.class);
            }
            WebhookVerifier rotated = new StandardWebhookVerifier(List.of(OTHER));
            assertRefused(Reason.MISMATCH, rotated.verify(new SignedRequest(this::header, BODY.getBytes(UTF_8)), NOW));
        }

        @Test
        void aSecretThatIsNoneIsNamedAtTheStart() {
            for (String bad : List.of("", "secret", "whsec_", "whsec_***", "whsec_c2hvcnQ=")) {
                assertThatThrownBy(() -> new StandardWebhookVerifier(List.of(bad)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }

        private @org.jspecify.annotations.Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        private Verification verify(String body) {
            return verify(body, NOW);
        }

        private Verification verify(String body, Instant now) {
            return verifier.verify(new SignedRequest(this::header, body.getBytes(UTF_8)), now);
        }
    }

    @Nested
    @DisplayName("GitHub")
    class Github {
        // the example of GitHub's documentation on validating webhook deliveries
        private static final String SIGNATURE =
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

        private final Map<String, String> headers =
                new HashMap<>(Map.of("X-GitHub-Delivery", "d-1", "X-Hub-Signature-256", SIGNATURE));
        private final WebhookVerifier verifier =
                new GithubVerifier(List.of("another of 16 bytes", "It's a Secret to Everybody"));

        @Test
        void theDocumentedExampleIsGenuine() {
            assertThat(verify("Hello, World!")).isEqualTo(new Genuine("d-1"));
        }

        @Test
        void anotherBodyIsNot() {
            assertRefused(Reason.MISMATCH, verify("Hello, World"));
        }

        @Test
        void headersAreNeededAndRead() {
            headers.put("X-Hub-Signature-256", "sha1=00");
            assertRefused(Reason.MALFORMED, verify("Hello, World!"));
            headers.remove("X-Hub-Signature-256");
            assertRefused(Reason.UNSIGNED, verify("Hello, World!"));
            headers.put("X-Hub-Signature-256", SIGNATURE);
            headers.remove("X-GitHub-Delivery");
            assertRefused(Reason.UNSIGNED, verify("Hello, World!"));
        }

        @Test
        void aSecretThatCanBeGuessedIsRefusedAtTheStart() {
            for (String bad : List.of("", "a", "fifteen bytes..")) {
                assertThatThrownBy(() -> new GithubVerifier(List.of(bad)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("at least 16 bytes");
            }
        }

        @Test
        void headersAloneTellWhatIsNotSigned() {
            assertThat(verifier.refusedByHeaders(headers::get, NOW)).isEmpty();
            headers.put("X-Hub-Signature-256", "sha256=00");
            assertThat(verifier.refusedByHeaders(headers::get, NOW)).isPresent();
        }

        private Verification verify(String body) {
            return verifier.verify(new SignedRequest(headers::get, body.getBytes(UTF_8)), NOW);
        }
    }

    private static void assertRefused(Reason reason, Verification verification) {
        assertThat(verification)
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.reason()).isEqualTo(reason));
    }
}
