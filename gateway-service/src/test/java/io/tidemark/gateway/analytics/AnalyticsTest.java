package io.tidemark.gateway.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One record of each request at an endpoint. */
class AnalyticsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final List<JsonNode> RECEIVED = new CopyOnWriteArrayList<>();
    private static volatile int status = 200;
    private static volatile CountDownLatch held = new CountDownLatch(0);
    private static HttpServer endpoint;
    private static RunningGateway gateway;
    private static Analytics analytics;

    @BeforeAll
    static void start() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/requests", AnalyticsTest::take);
        endpoint.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        endpoint.start();
        gateway = RunningGateway.with(
                "--tidemark.analytics.endpoint=http://127.0.0.1:"
                        + endpoint.getAddress().getPort() + "/requests",
                "--tidemark.analytics.headers.Authorization=Bearer collector",
                "--tidemark.analytics.timeout=2s");
        analytics = gateway.bean(Analytics.class);
    }

    @AfterAll
    static void stop() throws IOException {
        held.countDown();
        gateway.close();
        endpoint.stop(0);
    }

    private static void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            held.await();
            int now = status;
            if (now == 200) {
                assertThat(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .isEqualTo("application/x-ndjson");
                assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
                        .isEqualTo("Bearer collector");
                body.lines().map(JsonMapper.shared()::readTree).forEach(RECEIVED::add);
            }
            exchange.sendResponseHeaders(now, -1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String target(String... headers) {
        String target = gateway.newTarget();
        gateway.origin.on(target, _ -> RunningGateway.response(200, Headers.of(headers), "three", true));
        return target;
    }

    private static long made() {
        return analytics.outbox().sent()
                + analytics.outbox().dropped()
                + analytics.outbox().waiting();
    }

    /** The record of what is asked now. */
    private static JsonNode recordOf(String cache, Callable<RunningGateway.Response> request) throws Exception {
        int before = RECEIVED.size();
        assertThat(request.call().headers().first("X-Cache-Status")).isEqualTo(cache);
        await().atMost(LIMIT).until(() -> RECEIVED.size() > before);
        assertThat(RECEIVED).hasSize(before + 1);
        return RECEIVED.getLast();
    }

    @Test
    void eachRequestIsOneRecordWithNothingOfWhoseItWas() throws Exception {
        String target = target("Cache-Control", "max-age=60", "X-Data-Version", "7");
        String query = target + "?mail=somebody@example.org";
        gateway.origin.on(
                query,
                _ -> RunningGateway.response(
                        200, Headers.of("Cache-Control", "max-age=60", "X-Data-Version", "7"), "three", true));
        Headers fields = Headers.of("Cookie", "session=secret", "X-Request-Id", "of-somebody");
        Instant start = Instant.now().minusSeconds(1);
        JsonNode miss = recordOf("MISS", () -> gateway.send("GET", query, fields));
        assertThat(miss.path("cache").asString()).isEqualTo("MISS");
        assertThat(Instant.parse(miss.path("time").asString())).isBetween(start, Instant.now());
        assertThat(miss.path("region").asString()).isNotEmpty();
        assertThat(miss.path("colo").asString()).isEqualTo("local");
        assertThat(miss.path("method").asString()).isEqualTo("GET");
        assertThat(miss.path("route").asString()).isEqualTo("origin");
        assertThat(miss.path("status").asInt()).isEqualTo(200);
        assertThat(miss.path("dataVersion").asString()).isEqualTo("7");
        assertThat(miss.path("originMicros").asLong())
                .isPositive()
                .isLessThanOrEqualTo(miss.path("tookMicros").asLong());
        JsonNode second = recordOf("HIT", () -> gateway.send("GET", query, fields)); // the hit route learns it
        assertThat(second.path("ageMs").isNumber()).isTrue();
        JsonNode hit = recordOf("HIT", () -> gateway.send("GET", query, fields));
        assertThat(hit.path("bytes").asLong()).isEqualTo(5);
        assertThat(hit.path("ageMs").isNumber()).isTrue();
        assertThat(hit.path("dataVersion").asString()).isEqualTo("7");
        assertThat(hit.path("tookMicros").asLong()).isNotNegative();
        assertThat(hit.has("originMicros")).isFalse();
        JsonNode passed = recordOf("BYPASS", () -> gateway.send("POST", target, fields));
        assertThat(passed.path("method").asString()).isEqualTo("POST");
        assertThat(List.of(miss, second, hit, passed))
                .allSatisfy(record ->
                        assertThat(record.toString()).doesNotContain("somebody", "secret", target, "127.0.0.1"));
        assertThat(hit.propertyNames())
                .containsExactlyInAnyOrder(
                        "time",
                        "region",
                        "colo",
                        "method",
                        "route",
                        "cache",
                        "status",
                        "bytes",
                        "dataVersion",
                        "ageMs",
                        "tookMicros");
    }

    @Test
    void anEndpointThatDiesHalfwayIsNoClientsConcernAndEveryRecordIsCounted() throws Exception {
        String hit = target("Cache-Control", "max-age=600");
        String miss = target("Cache-Control", "no-store");
        gateway.send("GET", hit, Headers.of());
        await().atMost(LIMIT).until(() -> analytics.outbox().waiting() == 0);
        long madeBefore = made();
        long sentBefore = analytics.outbox().sent();
        int receivedBefore = RECEIVED.size();
        int many = 2000;
        AtomicInteger answered = new AtomicInteger();
        List<Callable<Integer>> requests = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            String target = i % 2 == 0 ? hit : miss;
            requests.add(() -> {
                if (answered.incrementAndGet() == many / 2) {
                    status = 503;
                }
                return gateway.send("GET", target, Headers.of()).status();
            });
        }
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (Future<Integer> answer : threads.invokeAll(requests)) {
                assertThat(answer.get()).isEqualTo(200);
            }
        } finally {
            await().atMost(LIMIT).until(() -> made() - madeBefore == many);
            await().atMost(LIMIT).until(() -> analytics.outbox().waiting() == 0);
            status = 200;
        }
        assertThat(made() - madeBefore).isEqualTo(many);
        assertThat(analytics.outbox().dropped()).isPositive();
        assertThat((long) RECEIVED.size() - receivedBefore)
                .isEqualTo(analytics.outbox().sent() - sentBefore);
        int received = RECEIVED.size();
        gateway.send("GET", hit, Headers.of());
        await().atMost(LIMIT).until(() -> RECEIVED.size() > received);
        await().atMost(LIMIT).until(() -> !analytics.outage().lasts());
    }

    @Test
    void anEndpointThatHangsHoldsNobodyUp() throws Exception {
        String target = target("Cache-Control", "max-age=600");
        gateway.send("GET", target, Headers.of());
        gateway.send("GET", target, Headers.of());
        held = new CountDownLatch(1);
        try {
            for (int i = 0; i < 50; i++) {
                assertThat(gateway.send("GET", target, Headers.of()).status()).isEqualTo(200);
            }
            assertThat(analytics.outbox().waiting())
                    .as("none of them has waited for it")
                    .isPositive();
        } finally {
            held.countDown();
        }
        await().atMost(LIMIT).until(() -> analytics.outbox().waiting() == 0);
    }

    @Test
    void whatIsConfiguredWronglyIsNamed() {
        URI url = URI.create("http://collector/");
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new AnalyticsProperties(url, Map.of(), "topic", second, 1, 2))
                .hasMessageContaining("exclude each other");
        assertThatThrownBy(() -> new AnalyticsProperties(URI.create("collector"), Map.of(), null, second, 1, 2))
                .hasMessageContaining("tidemark.analytics.endpoint");
        assertThatThrownBy(() -> new AnalyticsProperties(null, Map.of(), " ", second, 1, 2))
                .hasMessageContaining("tidemark.analytics.topic");
        assertThatThrownBy(() -> new AnalyticsProperties(url, Map.of(), null, Duration.ZERO, 1, 2))
                .hasMessageContaining("tidemark.analytics.timeout");
        assertThatThrownBy(() -> new AnalyticsProperties(url, Map.of(), null, second, 3, 2))
                .hasMessageContaining("tidemark.analytics.batch");
        assertThatThrownBy(() -> new AnalyticsProperties(url, Map.of(), null, second, 1, 1))
                .hasMessageContaining("tidemark.analytics.waiting");
    }
}
