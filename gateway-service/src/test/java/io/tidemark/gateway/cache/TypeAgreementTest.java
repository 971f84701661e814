package io.tidemark.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.fixtures.RunningGateway.Response;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeAgreementTest {
    @ParameterizedTest(name = "{0} as {1}: {2}")
    @CsvSource(nullValues = "-", textBlock = """
        /x.css,                      text/css,                       true
        /x.css,                      Text/CSS; charset=utf-8,        true
        /x.css,                      text/html,                      false
        /x.css,                      -,                              false
        /account/x.css,              application/json,               false
        /account/..;/x.css,          text/html,                      false
        /account;/x.CSS,             text/html,                      false
        /account;x.css,              text/html,                      false
        /account%2Fx.css,            text/html,                      false
        /account%3Bx%2ecss,          text/html,                      false
        /account%00.css,             text/html,                      false
        /logo.png,                   image/webp,                     true
        /app.js,                     text/javascript,                true
        /f.woff2,                    application/font-woff2,         true
        /account,                    text/html,                      true
        /v1.2/things,                application/json,               true
        /x.html,                     text/plain,                     true
        /report.unknown,             text/html,                      true
        """)
    void tellsWhatAnExtensionDoesNotStandFor(String path, @Nullable String type, boolean expected) {
        Headers response = type == null ? Headers.empty() : Headers.of("Content-Type", type);

        assertThat(TypeAgreement.agrees(path, response)).isEqualTo(expected);
    }

    @Test
    void keepsAnAccountPageThatIsAskedForAsAStylesheetOutOfTheStore() throws IOException {
        try (RunningGateway gateway = RunningGateway.with(
                "--tidemark.policies.other.heuristic=true", // a policy that says nothing of types
                "--spring.cloud.gateway.server.webflux.routes[0].id=origin",
                "--spring.cloud.gateway.server.webflux.routes[0].uri=${tidemark.origin}",
                "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/**",
                "--spring.cloud.gateway.server.webflux.routes[0].filters[0]=EdgeCache=other")) {
            AtomicInteger calls = new AtomicInteger();
            String target = "/account/x.css";
            gateway.origin.on(
                    target,
                    _ -> RunningGateway.response(
                            200,
                            Headers.of("Cache-Control", "max-age=60", "Content-Type", "text/html"),
                            "page " + calls.incrementAndGet(),
                            true));

            gateway.send("GET", target, Headers.empty());
            Response second = gateway.send("GET", target, Headers.empty());

            assertThat(second.body()).isEqualTo("page 2");
        }
    }
}
