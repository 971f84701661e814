package io.tidemark.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two routes that share a path, told apart by a request field. */
class RoutesTest {
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";

    @Test
    void doNotGiveOutEachOthersResponses() throws IOException {
        String uri = "${tidemark.origin}";
        try (RunningGateway gateway = RunningGateway.with(
                ROUTES + "[0].id=beta",
                ROUTES + "[0].uri=" + uri,
                ROUTES + "[0].predicates[0]=Header=X-Beta",
                ROUTES + "[0].filters[0]=EdgeCache=standard",
                ROUTES + "[1].id=stable",
                ROUTES + "[1].uri=" + uri,
                ROUTES + "[1].predicates[0]=Path=/**",
                ROUTES + "[1].filters[0]=EdgeCache=standard")) {
            AtomicInteger calls = new AtomicInteger();
            gateway.origin.on("/shared", request -> {
                calls.incrementAndGet();
                String body = request.headers().has("X-Beta") ? "beta" : "stable";
                return RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), body, true);
            });
            Headers beta = Headers.of("X-Beta", "1");

            for (int i = 0; i < 3; i++) {
                assertThat(gateway.send("GET", "/shared", beta).body()).isEqualTo("beta");
                assertThat(gateway.send("GET", "/shared", Headers.empty()).body())
                        .isEqualTo("stable");
            }
            assertThat(calls).hasValue(2);
        }
    }
}
