package io.tidemark.gateway.edge;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway answers while it is cut off from the purge log, by policy, and that {@code explain} says the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CutOffTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final PurgeLedger ledger = new PurgeLedger("one-log", PurgeLedger.Limits.DEFAULT);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile Standing standing = Standing.CURRENT;
    private String item = "";
    private GatewayUnderTest gateway;

    @BeforeAll
    void start() {
        List<String> arguments = new ArrayList<>(List.of(
                "--tidemark.policies.warns.when-cut-off=serve-with-warning",
                "--tidemark.policies.fails.when-cut-off=fail"));
        List<String> policies = List.of("standard", "warns", "fails");
        for (int i = 0; i < policies.size(); i++) {
            String route = "--spring.cloud.gateway.server.webflux.routes[" + i + "].";
            arguments.add(route + "id=" + policies.get(i));
            arguments.add(route + "uri=" + origin.uri());
            arguments.add(route + "predicates[0]=Path=/" + policies.get(i) + "/**");
            arguments.add(route + "filters[0]=EdgeCache=" + policies.get(i));
        }
        PurgeView view = PurgeView.of(ledger, () -> standing);
        gateway = new GatewayUnderTest(PurgeView.class, view, arguments.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void connected(TestInfo test) {
        standing = Standing.CURRENT;
        item = "/" + test.getDisplayName().replaceAll("[^A-Za-z]", "");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return fetch(request("local.server.port", path).build());
    }

    private HttpResponse<String> fetch(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port(port) + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> explain(String url) throws IOException, InterruptedException {
        return fetch(request(
                        "local.management.port",
                        "/actuator/explain?url=" + URLEncoder.encode(url, StandardCharsets.UTF_8))
                .build());
    }

    private JsonNode explained(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = explain("http://127.0.0.1:" + gateway.port("local.server.port") + path);
        assertThat(answer.statusCode()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private String decision(String path) throws IOException, InterruptedException {
        return explained(path).path("decision").asString("");
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** A response that is stored, fresh for a minute, with a validator. */
    private String stored(String policy) throws IOException, InterruptedException {
        String path = "/" + policy + item;
        origin.on(path, exchange -> {
            boolean unchanged = "\"1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            String[] fields = {"Cache-Control", "max-age=60", "ETag", "\"1\"", "Cache-Groups", "\"tag\""};
            send(exchange, unchanged ? 304 : 200, unchanged ? "" : "one", fields);
        });
        assertThat(field(get(path), "X-Cache-Status")).isEqualTo("MISS");
        for (int i = 0; i < 3; i++) { // by the filter, and by the hit route, which has learned it then
            HttpResponse<String> hit = get(path);
            assertThat(field(hit, "X-Cache-Status")).isEqualTo("HIT");
            assertThat(field(hit, "Edge-Staleness")).isEmpty();
        }
        assertThat(decision(path)).isEqualTo("serve the stored response: fresh");
        return path;
    }

    @Test
    void byDefaultEachUseIsConfirmedByTheOrigin() throws Exception {
        String path = stored("standard");
        standing = Standing.CUT_OFF;
        assertThat(decision(path)).startsWith("ask the origin whether it stands");
        for (int use = 0; use < 2; use++) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.body()).isEqualTo("one");
            assertThat(field(answer, "X-Cache-Status")).isEqualTo("REVALIDATED");
        }
        assertThat(origin.calls(path)).isEqualTo(3);
        standing = Standing.CURRENT;
        assertThat(field(get(path), "X-Cache-Status")).isEqualTo("HIT");
        assertThat(origin.calls(path)).isEqualTo(3);
    }

    @Test
    void aRouteMayServeWhatIsStoredAndSaySo() throws Exception {
        String path = stored("warns");
        standing = Standing.CUT_OFF;
        assertThat(decision(path)).isEqualTo("serve the stored response: fresh, as unverified");
        HttpResponse<String> answer = get(path);
        assertThat(field(answer, "X-Cache-Status")).isEqualTo("HIT");
        assertThat(field(answer, "Edge-Staleness")).isEqualTo("unverified");
        assertThat(origin.calls(path)).isEqualTo(1);
        standing = Standing.CURRENT;
        assertThat(field(get(path), "Edge-Staleness")).isEmpty();
    }

    @Test
    void aRouteMayRefuseReadsAndLetsWritesPass() throws Exception {
        String path = stored("fails");
        standing = Standing.CUT_OFF;
        assertThat(decision(path)).isEqualTo("503: cut off from the purge log");
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("cut-off", "fails");
        HttpResponse<String> write =
                fetch(request("local.server.port", path).DELETE().build());
        assertThat(write.statusCode()).isEqualTo(200);
        standing = Standing.CURRENT;
        assertThat(get(path).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsExplainedIsTheStoredResponseWithItsSum() throws Exception {
        String path = stored("standard");
        JsonNode found = explained(path);
        assertThat(found.path("route").asString("")).isEqualTo("standard");
        assertThat(found.path("policy").asString("")).isEqualTo("standard");
        JsonNode entry = found.path("stored").path(0);
        assertThat(entry.path("status").asInt()).isEqualTo(200);
        assertThat(entry.path("etag").asString("")).isEqualTo("\"1\"");
        assertThat(entry.path("tags").path(0).asString("")).isEqualTo("tag");
        assertThat(entry.path("verdict").asString("")).isEqualTo("valid");
        JsonNode sum = entry.path("freshness");
        assertThat(sum.path("lifetimeSeconds").asLong()).isEqualTo(60);
        assertThat(sum.path("ttlSeconds").asLong())
                .isEqualTo(60 - sum.path("ageSeconds").asLong());
        int calls = origin.calls(path);

        ledger.apply(
                new Purge("p", "test", List.of(Target.tag("tag")), Purge.Mode.HARD, null, Instant.EPOCH),
                0,
                System.nanoTime());
        JsonNode purged = explained(path);
        assertThat(purged.path("stored").path(0).path("verdict").asString("")).isEqualTo("absent");
        assertThat(purged.path("decision").asString("")).startsWith("fetch from the origin");
        assertThat(origin.calls(path)).as("to explain asks no origin").isEqualTo(calls);
    }

    @Test
    void aPathThatNoCachedRouteTakesIsExplainedAsSuch() throws Exception {
        assertThat(decision("/other")).isEqualTo("no cached route takes this path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/relative", "not a url", "http:opaque"})
    void whatIsNoAbsoluteUrlCannotBeExplained(String url) throws Exception {
        assertThat(explain(url).statusCode()).isEqualTo(400);
    }
}
