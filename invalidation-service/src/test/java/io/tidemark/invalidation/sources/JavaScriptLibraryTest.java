package io.tidemark.invalidation.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.invalidation.sources.Verification.Genuine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs where {@code node} and {@code npm} are, and npm can fetch the library; is skipped elsewhere, saying why. */
class JavaScriptLibraryTest {
    private static final String SECRET = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path FOLDER = Path.of("target/js");

    @Test
    void whatThePublicJavaScriptLibrarySignsIsGenuine() throws Exception {
        assumeThat(install()).as("installing the library with npm").isEmpty();
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

    /** Why it could not be installed; empty if it is there. */
    private static String install() throws Exception {
        if (Files.exists(FOLDER.resolve("node_modules/standardwebhooks/package.json"))) {
            return "";
        }
        Files.createDirectories(FOLDER);
        for (String file : List.of("package.json", "sign.mjs")) {
            Files.copy(SOURCES.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = FOLDER.resolve("npm.log");
        try {
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--ignore-scripts",
                            "--no-package-lock",
                            "--no-audit",
                            "--no-fund",
                            "--fetch-retries=1",
                            "--fetch-timeout=20000")
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(60, TimeUnit.SECONDS)) {
                npm.destroyForcibly();
                return "npm install took longer than 60 s";
            }
            return npm.exitValue() == 0 ? "" : "npm install failed: " + Files.readString(log);
        } catch (IOException absent) {
            return "no npm: " + absent.getMessage();
        }
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
