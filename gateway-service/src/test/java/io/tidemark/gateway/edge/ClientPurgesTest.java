package io.tidemark.gateway.edge;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much clients may make invalid, and whether. */
class ClientPurgesTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void answers() {
        origin.on("/a", exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60"));
    }

    @AfterEach
    void stop() {
        client.close();
        origin.close();
    }

    private GatewayUnderTest gateway(String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("--tidemark.origin=" + origin.uri());
        return new GatewayUnderTest(ScriptedOrigin.class, origin, all.toArray(String[]::new));
    }

    private HttpResponse<String> ask(String method, GatewayUnderTest gateway) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.port("local.server.port") + "/a");
        return client.send(
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(30))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static String status(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Cache-Status").orElse("");
    }

    @Test
    void aClientThatCausesTooManyIsToldBeforeTheOriginActs() throws Exception {
        try (GatewayUnderTest gateway =
                gateway("--tidemark.client-purges.per-client=1", "--tidemark.client-purges.per-second=1")) {
            ask("POST", gateway);
            int before = origin.calls("/a");
            int taken = 0;
            List<HttpResponse<String>> refused = new ArrayList<>();
            for (int i = 0; i < 60 && refused.isEmpty(); i++) {
                HttpResponse<String> answer = ask("POST", gateway);
                if (answer.statusCode() == 200) {
                    taken++;
                } else {
                    refused.add(answer);
                }
            }

            assertThat(refused).singleElement().satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(answer.body()).contains("too-many-writes");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            });
            assertThat(origin.calls("/a")).isEqualTo(before + taken);
        }
    }

    @Test
    void aGatewayMayLeaveItToThoseWhoWrite() throws Exception {
        for (boolean enabled : new boolean[] {true, false}) {
            try (GatewayUnderTest gateway = gateway("--tidemark.client-purges.enabled=" + enabled)) {
                assertThat(status(ask("GET", gateway))).isEqualTo("MISS");
                assertThat(ask("POST", gateway).statusCode()).isEqualTo(200);

                assertThat(status(ask("GET", gateway))).isEqualTo(enabled ? "MISS" : "HIT");
            }
        }
    }
}
