package io.tidemark.gateway.edge;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole gateway without Redis and Kafka, before an origin that the tests script.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneGatewayTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ConfigurableApplicationContext gateway;
    private int port;

    @BeforeAll
    void start() {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        gateway = application.run(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.origin=" + origin.uri(),
                "--tidemark.policies.standard.first-byte-timeout=1m",
                "--tidemark.policies.standard.collapse-wait=1m",
                "--tidemark.policies.impatient.first-byte-timeout=500ms",
                ROUTES + "[0].id=impatient",
                ROUTES + "[0].uri=" + origin.uri(),
                ROUTES + "[0].predicates[0]=Path=/hanging",
                ROUTES + "[0].filters[0]=EdgeCache=impatient",
                ROUTES + "[1].id=origin",
                ROUTES + "[1].uri=" + origin.uri(),
                ROUTES + "[1].predicates[0]=Path=/**",
                ROUTES + "[1].filters[0]=EdgeCache=standard");
        port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        return client.send(request(path, fields).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT);
        if (fields.length > 0) {
            request.headers(fields);
        }
        return request;
    }

    private static String status(HttpResponse<?> response) {
        return response.headers().firstValue("X-Cache-Status").orElse("");
    }

    @Test
    void isReadyWithoutRedisAndKafka() throws Exception {
        assertThat(gateway.getBean(org.springframework.boot.availability.ApplicationAvailability.class)
                        .getReadinessState())
                .isEqualTo(org.springframework.boot.availability.ReadinessState.ACCEPTING_TRAFFIC);
    }

    @Test
    void aFreshResponseIsFetchedOnceAndThenAHit() throws Exception {
        origin.on(
                "/fresh", exchange -> send(exchange, 200, "one", "Cache-Control", "max-age=60", "X-Data-Version", "7"));
        HttpResponse<String> first = get("/fresh");
        HttpResponse<String> second = get("/fresh");
        assertThat(status(first)).isEqualTo("MISS");
        assertThat(first.headers().firstValue("Cache-Status").orElse("")).contains("fwd=uri-miss", "stored");
        assertThat(status(second)).isEqualTo("HIT");
        assertThat(second.body()).isEqualTo("one");
        assertThat(second.headers().firstValue("Age")).isPresent();
        assertThat(second.headers().firstValue("X-Data-Age-Ms")).isPresent();
        assertThat(second.headers().firstValue("X-Data-Version")).hasValue("7");
        assertThat(second.headers().firstValue("X-Edge-Colo")).hasValue("local");
        assertThat(second.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(second.headers().firstValue("Cache-Status").orElse("")).contains("tidemark-local; hit; ttl=");
        assertThat(origin.calls("/fresh")).isEqualTo(1);
    }

    @Test
    void aResponseThatSaysNoStoreIsFetchedEachTime() throws Exception {
        origin.on("/no-store", exchange -> send(exchange, 200, "x", "Cache-Control", "private, no-store"));
        get("/no-store");
        assertThat(status(get("/no-store"))).isEqualTo("MISS");
        assertThat(origin.calls("/no-store")).isEqualTo(2);
    }

    @Test
    void aStaleResponseIsServedWhileItIsRefreshedBehind() throws Exception {
        AtomicInteger version = new AtomicInteger();
        origin.on(
                "/stale",
                exchange -> send(
                        exchange,
                        200,
                        "v" + version.incrementAndGet(),
                        "Cache-Control",
                        "max-age=0, stale-while-revalidate=60"));
        get("/stale");
        HttpResponse<String> stale = get("/stale");
        assertThat(stale.body()).isEqualTo("v1");
        assertThat(status(stale)).isEqualTo("STALE");
        Awaitility.await().atMost(LIMIT).until(() -> !get("/stale").body().equals("v1"));
    }

    @Test
    void aManyTimesRequestedMissIsOneCallAndEachGetsTheBody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        origin.on("/many", exchange -> {
            await(release);
            send(exchange, 200, "shared", "Cache-Control", "max-age=60");
        });
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(client.sendAsync(request("/many").build(), BodyHandlers.ofString()));
        }
        release.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("shared");
        }
        assertThat(origin.calls("/many")).isEqualTo(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aStaleResponseIsRevalidatedWithItsOwnValidator() throws Exception {
        origin.on("/validated", exchange -> {
            boolean matches = "\"a\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            send(exchange, matches ? 304 : 200, matches ? "" : "body", "ETag", "\"a\"", "Cache-Control", "max-age=0");
        });
        get("/validated");
        HttpResponse<String> second = get("/validated");
        assertThat(status(second)).isEqualTo("REVALIDATED");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo("body");
    }

    @Test
    void aHeadIsAnsweredFromAStoredGet() throws Exception {
        origin.on("/head", exchange -> send(exchange, 200, "12345", "Cache-Control", "max-age=60"));
        get("/head");
        HttpResponse<String> head = client.send(request("/head").HEAD().build(), BodyHandlers.ofString());
        assertThat(head.headers().firstValue("Content-Length")).hasValue("5");
        assertThat(status(head)).isEqualTo("HIT");
        assertThat(origin.calls("/head")).isEqualTo(1);
    }

    @Test
    void aResponseThatBreaksOffIsNeitherStoredNorEndedAsIfComplete() throws Exception {
        origin.on("/broken", exchange -> {
            exchange.getResponseHeaders().add("Cache-Control", "max-age=60");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[500]);
            exchange.getResponseBody().flush();
            throw new IOException("as scripted");
        });
        assertThatThrownBy(() -> get("/broken")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get("/broken")).isInstanceOf(IOException.class);
        assertThat(origin.calls("/broken")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void anUnsafeMethodInvalidatesWhatIsStored() throws Exception {
        AtomicInteger version = new AtomicInteger();
        origin.on("/written", exchange -> {
            exchange.getRequestBody().readAllBytes();
            send(exchange, 200, "v" + version.incrementAndGet(), "Cache-Control", "max-age=60");
        });
        assertThat(get("/written").body()).isEqualTo("v1");
        assertThat(get("/written").body()).isEqualTo("v1");
        HttpResponse<String> put = client.send(
                request("/written")
                        .PUT(HttpRequest.BodyPublishers.ofString("new"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(put.body()).isEqualTo("v2");
        assertThat(get("/written").body()).isEqualTo("v3");
    }

    @Test
    void anOriginThatDoesNotAnswerInTimeIsAProblemThatNamesTheRoute() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        origin.on("/hanging", _ -> {
            try {
                never.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        HttpResponse<String> answer = get("/hanging");
        never.countDown();
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:tidemark:problem:origin-first-byte-timeout", "route impatient");
    }

    @Test
    void aMalformedReadAfterIsAProblem() throws Exception {
        HttpResponse<String> answer = get("/fresh", "Edge-Read-After", "yesterday");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("yesterday");
    }

    @Test
    void onlyIfCachedIsA504WhenNothingIsStored() throws Exception {
        assertThat(get("/nothing", "Cache-Control", "only-if-cached").statusCode())
                .isEqualTo(504);
    }
}
