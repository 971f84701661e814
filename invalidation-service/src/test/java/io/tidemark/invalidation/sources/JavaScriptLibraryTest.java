package io.tidemark.invalidation.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.invalidation.sources.Verification.Genuine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs where {@code npm install} was run in {@code src/test/js}. */
class JavaScriptLibraryTest {
    private static final String SECRET = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";
    private static final Path FOLDER = Path.of("src/test/js");

    @Test
    void whatThePublicJavaScriptLibrarySignsIsGenuine() throws Exception {
        assumeThat(Files.exists(FOLDER.resolve("node_modules/standardwebhooks")))
                .as("npm install was run in " + FOLDER)
                .isTrue();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        String body = "{\"targets\":[{\"tag\":\"é\"}]}";
        Map<String, String> headers = Map.of(
                "webhook-id", "msg_1",
                "webhook-timestamp", Long.toString(now.getEpochSecond()),
                "webhook-signature", sign("msg_1", now, body));
        SignedRequest request = new SignedRequest(headers::get, body.getBytes(UTF_8));
        assertThat(new StandardWebhookVerifier(List.of(SECRET)).verify(request, now))
                .isEqualTo(new Genuine("msg_1"));
    }

    private static String sign(String id, Instant at, String body) throws Exception {
        Process node = new ProcessBuilder("node", "sign.mjs", SECRET, id, Long.toString(at.getEpochSecond()))
                .directory(FOLDER.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var stdin = node.getOutputStream()) {
            stdin.write(body.getBytes(UTF_8));
        }
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new String(node.getInputStream().readAllBytes(), UTF_8);
    }
}
