package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.machine.NodeScripts;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The page on which a document is edited, through a gateway and, where there is Chromium, in two of its windows. */
@Order(36)
class DocumentPageIT {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Path SOURCES = Path.of("src/main/node/browser");
    private static final Path FOLDER = Path.of("target/node/browser");

    private final RunningSuite suite = RunningSuite.get();

    @Test
    void itComesThroughTheGatewayAndNeedsASession() throws Exception {
        assertThat(Http.get(suite.gatewayEu() + "/try/").body()).contains("Edit together");
        String document = suite.gatewayEu() + "/edge/documents/" + RunningSuite.newId();

        Problems.assertProblem(Http.get(document), 401, "session-required");
        HttpResponse<String> session = Http.send("POST", suite.gatewayEu() + "/edge/session", "");
        assertThat(Http.get(document, "Cookie", SessionIT.cookie(session)).statusCode())
                .isEqualTo(404);
    }

    @Test
    void twoWindowsComeTogetherAgainAfterOneWasOffline() throws Exception {
        Path browser = browser().orElseGet(() -> abort("skipped: there is no Chromium on this machine"));
        int libraries = Http.get(suite.gatewayEu() + "/try/lib/import-map.json").statusCode();
        assumeTrue(libraries == 200, "skipped: the build could not take the page's libraries from npm");
        NodeScripts scripts;
        try {
            scripts = NodeScripts.install(SOURCES, FOLDER.toAbsolutePath(), List.of());
        } catch (NodeScripts.MissingException none) {
            abort("skipped: " + none.getMessage());
            return;
        }
        Path log = FOLDER.resolve("windows.log").toAbsolutePath();
        Optional<List<String>> said = scripts.run(
                "windows.mjs",
                List.of(
                        browser.toString(),
                        suite.gatewayEu() + "/try/",
                        Integer.toString(URI.create(suite.gatewayEu()).getPort()),
                        RunningSuite.newId()),
                log,
                Duration.ofMinutes(4),
                _ -> {});

        assertThat(said).as(Files.readString(log)).isPresent();
        assertThat(said.orElseThrow()).endsWith("they agree");
    }

    private static Optional<Path> browser() {
        return List.of(System.getenv("PATH").split(":")).stream()
                .flatMap(folder -> BROWSERS.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
