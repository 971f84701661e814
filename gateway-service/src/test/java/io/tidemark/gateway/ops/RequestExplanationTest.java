package io.tidemark.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.purge.Purger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What became of a request, asked by its id: one for each value of X-Cache-Status. */
class RequestExplanationTest {
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.with(
                "--tidemark.explain.hits=1",
                "--tidemark.explain.hits-per-second=1000",
                "--tidemark.explain.memory=1MB");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static HttpResponse<String> explained(String query) throws Exception {
        int port = gateway.managementPort();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/explain?" + query))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Asks, and then what became of it: it is remembered when the last octet is written, which may be after it was read. */
    private static JsonNode asked(String expected, String method, String target, String... fields) throws Exception {
        String id = RequestId.next();
        Headers.Builder all = Headers.builder().add("X-Request-Id", id);
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        RunningGateway.Response answer = gateway.send(method, target, all.build());
        assertThat(answer.headers().first("X-Cache-Status")).isEqualTo(expected);
        long end = System.nanoTime() + 30_000_000_000L;
        HttpResponse<String> told = explained("request=" + id);
        while (told.statusCode() == 404 && System.nanoTime() < end) {
            Thread.sleep(10);
            told = explained("request=" + id);
        }
        assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
        JsonNode explanation = JsonMapper.shared().readTree(told.body());
        assertThat(explanation.get("request").asString()).isEqualTo(id);
        assertThat(explanation.get("trace").asString()).isEqualTo(id);
        assertThat(explanation.get("cache").asString()).isEqualTo(expected);
        assertThat(explanation.get("path").asString()).isEqualTo(target.split("\\?", 2)[0]);
        assertThat(explanation.get("gateway").get("colo").asString()).isEqualTo("local");
        assertThat(Instant.parse(explanation.get("at").asString())).isBeforeOrEqualTo(Instant.now());
        return explanation;
    }

    private static String target(String... headers) {
        String target = gateway.newTarget();
        gateway.origin.on(
                target,
                request -> RunningGateway.response(
                        request.headers().has("If-None-Match") ? 304 : 200,
                        Headers.of(headers),
                        "one",
                        !request.headers().has("If-None-Match")));
        return target;
    }

    private static JsonNode last(JsonNode explanation) {
        JsonNode decisions = explanation.get("decisions");
        return decisions.get(decisions.size() - 1);
    }

    private static List<String> steps(JsonNode explanation) {
        return explanation
                .get("steps")
                .valueStream()
                .map(step -> step.get("step").asString())
                .toList();
    }

    @Test
    void aMiss() throws Exception {
        JsonNode told = asked("MISS", "GET", target("Cache-Control", "max-age=60"));
        assertThat(last(told).get("decision").asString()).isEqualTo("fetch from the origin: uri-miss");
        assertThat(last(told).get("entries").isEmpty()).isTrue();
        assertThat(last(told).get("standing").asString()).isNotEmpty();
        assertThat(steps(told)).containsExactly("GET origin", "cache", "GET");
        JsonNode call = told.get("steps").get(2);
        assertThat(call.get("facts").get("server.address").asString()).isEqualTo("127.0.0.1");
        assertThat(call.get("facts").get("http.response.status_code").asInt()).isEqualTo(200);
        assertThat(call.get("tookMicros").asLong()).isPositive();
        assertThat(told.get("steps")
                        .get(1)
                        .get("facts")
                        .get("tidemark.purge.position")
                        .asString())
                .isEqualTo(last(told).get("watermark").asString());
    }

    @Test
    void aHitWithThePurgesBeforeAndAfter() throws Exception {
        String target = target("Cache-Control", "max-age=60", "Cache-Tag", "thing-9", "ETag", "\"1\"");
        Purger purger = gateway.bean(Purger.class);
        purger.purge(List.of(Target.tag("thing-9")), Purge.Mode.HARD, "before")
                .toCompletableFuture()
                .join();
        gateway.send("GET", target, Headers.of());
        JsonNode told = asked("HIT", "GET", target);
        JsonNode entry = last(told).get("entries").get(0);
        assertThat(last(told).get("decision").asString()).isEqualTo("serve the stored response: fresh");
        assertThat(entry.get("status").asInt()).isEqualTo(200);
        assertThat(entry.get("bytes").asInt()).isEqualTo(3);
        assertThat(entry.get("lifetimeSeconds").asInt()).isEqualTo(60);
        assertThat(entry.get("freshness").asString()).startsWith("fresh for ");
        assertThat(entry.get("filledAt").asString()).contains(":");
        JsonNode before = entry.get("purgesBefore");
        assertThat(before.get(before.size() - 1).get("requestId").asString()).isEqualTo("before");
        assertThat(before.get(before.size() - 1).get("target").asString()).isEqualTo("tag thing-9");
        assertThat(entry.get("purgesAfter").isEmpty()).isTrue();
        purger.purge(List.of(Target.tag("thing-9")), Purge.Mode.SOFT, "after")
                .toCompletableFuture()
                .join();
        JsonNode later = JsonMapper.shared()
                .readTree(explained("request=" + told.get("request").asString()).body());
        assertThat(last(later)
                        .get("entries")
                        .get(0)
                        .get("purgesAfter")
                        .get(0)
                        .get("requestId")
                        .asString())
                .isEqualTo("after");
    }

    @Test
    void aHitOfTheHitRoute() throws Exception {
        String target = target("Cache-Control", "max-age=60");
        gateway.send("GET", target, Headers.of());
        gateway.send("GET", target, Headers.of());
        JsonNode told = asked("HIT", "GET", target);
        assertThat(steps(told)).containsExactly("GET origin");
        assertThat(last(told).get("entries").get(0).get("bytes").asInt()).isEqualTo(3);
    }

    @Test
    void aStaleOne() throws Exception {
        String target = target("Cache-Control", "max-age=0, stale-while-revalidate=60");
        gateway.send("GET", target, Headers.of());
        JsonNode told = asked("STALE", "GET", target);
        assertThat(last(told).get("decision").asString())
                .isEqualTo("serve the stored response: stale_while_revalidate, refresh it behind");
        assertThat(last(told).get("entries").get(0).get("freshness").asString()).startsWith("stale since ");
        assertThat(told.get("kept").asString()).isEqualTo("stale");
    }

    @Test
    void aRevalidatedOne() throws Exception {
        String target = target("Cache-Control", "max-age=0", "ETag", "\"1\"");
        gateway.send("GET", target, Headers.of());
        JsonNode told = asked("REVALIDATED", "GET", target);
        assertThat(last(told).get("decision").asString()).startsWith("ask the origin whether it stands: ");
        assertThat(last(told).get("entries").get(0).get("freshness").asString()).startsWith("stale since ");
        assertThat(told.get("steps")
                        .get(2)
                        .get("facts")
                        .get("http.response.status_code")
                        .asInt())
                .isEqualTo(304);
    }

    @Test
    void oneThatPassedTheCacheBy() throws Exception {
        JsonNode told = asked("BYPASS", "POST", target("Cache-Control", "no-store"));
        assertThat(last(told).get("decision").asString()).startsWith("pass the cache by: ");
        assertThat(steps(told)).contains("POST");
    }

    @Test
    void whatAUrlWasAtATime() throws Exception {
        String target = target("Cache-Control", "max-age=60");
        JsonNode told = asked("MISS", "GET", target);
        String url = URLEncoder.encode("http://shop.example" + target, StandardCharsets.UTF_8);
        HttpResponse<String> at = explained("url=" + url + "&at=" + Instant.now());
        assertThat(at.statusCode()).as(at.body()).isEqualTo(200);
        assertThat(JsonMapper.shared().readTree(at.body()).get("request")).isEqualTo(told.get("request"));
        assertThat(explained("url=" + url + "&at=2020-01-01T00:00:00Z").statusCode())
                .isEqualTo(404);
    }

    @Test
    void nothingOfAQueryOrAFieldIsInIt() throws Exception {
        String target = target("Cache-Control", "no-store") + "?mail=somebody@example.org";
        gateway.origin.on(
                target, _ -> RunningGateway.response(200, Headers.of("Cache-Control", "no-store"), "x", true));
        JsonNode told = asked("BYPASS", "POST", target, "Cookie", "session=secret", "Authorization", "Bearer secret");
        assertThat(told.toString()).doesNotContain("somebody").doesNotContain("secret");
    }

    @Test
    void whatIsNotRememberedIsAProblem() throws Exception {
        HttpResponse<String> unknown = explained("request=nobody");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("urn:tidemark:problem:not-remembered");
        for (String bad :
                new String[] {"", "at=2026-01-01T00:00:00Z", "url=http://a/&at=yesterday", "url=http://a/&request=x"}) {
            assertThat(explained(bad).statusCode()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void theMemoryIsBounded() throws Exception {
        String target = target("Cache-Control", "no-store");
        RequestMemory memory = gateway.bean(RequestMemory.class);
        for (int i = 0; i < 1500; i++) {
            gateway.send("GET", target + "?" + i, Headers.of());
        }
        assertThat(memory.bytes()).isPositive().isLessThanOrEqualTo(1024 * 1024);
    }
}
