package io.tidemark.gateway.write;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.local.backends.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code WriteBehind} and {@code WriteThrough} on a standalone gateway; a scripted origin is the write queue too.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WriteFiltersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ConfigurableApplicationContext gateway;

    @BeforeAll
    void start() {
        gateway = new SpringApplication(GatewayApplication.class)
                .run(
                        "--spring.profiles.active=standalone",
                        "--server.port=0",
                        "--tidemark.management-port=0",
                        "--tidemark.origin=" + origin.uri(),
                        ROUTES + "[0].id=behind",
                        ROUTES + "[0].uri=" + origin.uri(),
                        ROUTES + "[0].predicates[0]=Path=/behind/{id}",
                        ROUTES + "[0].filters[0]=WriteBehind=product.update",
                        ROUTES + "[1].id=through",
                        ROUTES + "[1].uri=" + origin.uri(),
                        ROUTES + "[1].predicates[0]=Path=/through/{id}",
                        ROUTES + "[1].filters[0]=WriteThrough=tag:product:{id}",
                        ROUTES + "[1].filters[1]=EdgeCache=standard",
                        ROUTES + "[2].id=nowhere",
                        ROUTES + "[2].uri=http://127.0.0.1:" + Ports.free(),
                        ROUTES + "[2].predicates[0]=Path=/nowhere/{id}",
                        ROUTES + "[2].filters[0]=WriteBehind=product.update",
                        ROUTES + "[3].id=url",
                        ROUTES + "[3].uri=" + origin.uri(),
                        ROUTES + "[3].predicates[0]=Path=/write/url/{id}",
                        ROUTES + "[3].filters[0]=WriteThrough=url:/read/{id}",
                        ROUTES + "[4].id=pattern",
                        ROUTES + "[4].uri=" + origin.uri(),
                        ROUTES + "[4].predicates[0]=Path=/write/pattern/{id}",
                        ROUTES + "[4].filters[0]=WriteThrough=pattern:/read/{id}",
                        ROUTES + "[5].id=rest",
                        ROUTES + "[5].uri=" + origin.uri(),
                        ROUTES + "[5].predicates[0]=Path=/write/rest/{*rest}",
                        ROUTES + "[5].filters[0]=WriteThrough=url:/read{rest}",
                        ROUTES + "[6].id=read",
                        ROUTES + "[6].uri=" + origin.uri(),
                        ROUTES + "[6].predicates[0]=Path=/read/**",
                        ROUTES + "[6].filters[0]=EdgeCache=standard");
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private HttpResponse<String> ask(String method, String path, String body, String... fields) throws Exception {
        int port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String problem(HttpResponse<String> response) {
        assertThat(field(response, "Content-Type")).startsWith("application/problem+json");
        return JSON.readTree(response.body()).path("type").asString();
    }

    /** What the write queue was sent. */
    private record Queued(String method, Headers fields, JsonNode write) {}

    private AtomicReference<Queued> queue() {
        AtomicReference<Queued> last = new AtomicReference<>();
        origin.on("/v1/writes", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            last.set(new Queued(exchange.getRequestMethod(), exchange.getRequestHeaders(), JSON.readTree(body)));
            send(
                    exchange,
                    202,
                    "{\"accepted\":true}",
                    "Location",
                    "/v1/writes/w1",
                    "Content-Type",
                    "application/json",
                    "X-Request-Id",
                    "as-the-queue-says-it");
        });
        return last;
    }

    @Nested
    class WriteBehind {
        @ParameterizedTest
        @ValueSource(strings = {"POST", "PUT", "PATCH"})
        void makesAWriteOfTheBodyAndThePathAndAnswersWhatTheQueueDoes(String method) throws Exception {
            AtomicReference<Queued> queued = queue();
            HttpResponse<String> answer = ask(
                    method,
                    "/behind/42",
                    "{\"id\":\"7\",\"name\":\"tide\"}",
                    "Idempotency-Key",
                    "k1",
                    "Prefer",
                    "wait=5");

            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).isEqualTo("{\"accepted\":true}");
            assertThat(field(answer, "Location")).isEqualTo("/v1/writes/w1");
            assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
            assertThat(queued.get().method()).isEqualTo("POST");
            assertThat(queued.get().fields().getFirst("Idempotency-Key")).isEqualTo("k1");
            assertThat(queued.get().fields().getFirst("Prefer")).isEqualTo("wait=5");
            assertThat(queued.get().fields().getFirst("Content-Type")).isEqualTo("application/json");
            assertThat(queued.get().write())
                    .isEqualTo(
                            JSON.readTree("{\"type\":\"product.update\",\"data\":{\"id\":\"42\",\"name\":\"tide\"}}"));
        }

        @Test
        void takesADeleteWithoutABody() throws Exception {
            AtomicReference<Queued> queued = queue();
            assertThat(ask("DELETE", "/behind/42", "").statusCode()).isEqualTo(202);
            assertThat(queued.get().write().path("data")).isEqualTo(JSON.readTree("{\"id\":\"42\"}"));
        }

        @Test
        void leavesReadsAlone() throws Exception {
            origin.on("/behind/42", exchange -> send(exchange, 200, "read"));
            assertThat(ask("GET", "/behind/42", "").body()).isEqualTo("read");
        }

        @Test
        void refusesWhatIsNoJsonObjectBeforeTheQueueIsAsked() throws Exception {
            queue();
            int before = origin.calls("/v1/writes");
            HttpResponse<String> malformed = ask("PUT", "/behind/42", "{\"name\":");
            HttpResponse<String> array = ask("PUT", "/behind/42", "[1]");
            HttpResponse<String> large = ask("PUT", "/behind/42", "{\"x\":\"" + "y".repeat(1 << 20) + "\"}");
            assertThat(malformed.statusCode()).isEqualTo(400);
            assertThat(problem(malformed)).isEqualTo("urn:tidemark:problem:malformed-json");
            assertThat(array.statusCode()).isEqualTo(400);
            assertThat(problem(array)).isEqualTo("urn:tidemark:problem:malformed-write");
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(problem(large)).isEqualTo("urn:tidemark:problem:write-too-large");
            assertThat(origin.calls("/v1/writes")).isEqualTo(before);
        }

        @Test
        void passesOnWhatTheQueueSaysOfAType() throws Exception {
            origin.on(
                    "/v1/writes",
                    exchange -> send(
                            exchange,
                            400,
                            "{\"type\":\"urn:tidemark:problem:unknown-write-type\"}",
                            "Content-Type",
                            "application/problem+json"));
            HttpResponse<String> answer = ask("PUT", "/behind/42", "{}");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(problem(answer)).isEqualTo("urn:tidemark:problem:unknown-write-type");
        }

        @Test
        void saysThatTheQueueIsOutOfReachAndWhenToComeBack() throws Exception {
            HttpResponse<String> answer = ask("PUT", "/nowhere/42", "{}");
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(field(answer, "Retry-After")).isEqualTo("2");
            assertThat(problem(answer)).isEqualTo("urn:tidemark:problem:origin-connect");
        }

        @Test
        void withoutATypeEndsTheStart() {
            var factory = gateway.getBean(WriteBehindGatewayFilterFactory.class);
            assertThatThrownBy(() -> factory.apply(new WriteBehindGatewayFilterFactory.Config()))
                    .hasMessageContaining("WriteBehind needs the write's type");
        }
    }

    @Nested
    class WriteThrough {
        private final AtomicInteger version = new AtomicInteger(1);

        private void product(String id, int writeStatus) {
            origin.on("/through/" + id, exchange -> {
                if (exchange.getRequestMethod().equals("GET")) {
                    assertThat(exchange.getRequestHeaders().containsKey("Idempotency-Key"))
                            .isFalse();
                    send(
                            exchange,
                            200,
                            "v" + version.get(),
                            "Cache-Control",
                            "max-age=60",
                            "Cache-Groups",
                            "\"product:" + id + "\"");
                } else {
                    exchange.getRequestBody().readAllBytes();
                    if (writeStatus < 300) {
                        version.incrementAndGet();
                    }
                    send(exchange, writeStatus, "written");
                }
            });
        }

        @Test
        void answersWithThePurgesPositionAndRefillsBehindTheAnswer() throws Exception {
            product("1", 200);
            assertThat(ask("GET", "/through/1", "").body()).isEqualTo("v1");
            HttpResponse<String> written = ask("PUT", "/through/1", "{}", "Idempotency-Key", "k");

            assertThat(written.statusCode()).isEqualTo(200);
            assertThat(written.body()).isEqualTo("written");
            assertThat(field(written, "Edge-Read-After")).matches("[\\w-]+:\\d+");
            await("a GET of nobody's")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(origin.calls("/through/1")).isEqualTo(3));
            await("the refill is stored").atMost(LIMIT).untilAsserted(() -> {
                HttpResponse<String> read = ask("GET", "/through/1", "");
                assertThat(field(read, "X-Cache-Status")).isEqualTo("HIT");
                assertThat(read.body()).isEqualTo("v2");
            });
            HttpResponse<String> after =
                    ask("GET", "/through/1", "", "Edge-Read-After", field(written, "Edge-Read-After"));
            assertThat(after.body()).isEqualTo("v2");
            assertThat(origin.calls("/through/1")).isEqualTo(3);
        }

        @Test
        void ofADeleteRefillsNothing() throws Exception {
            product("2", 204);
            ask("GET", "/through/2", "");
            assertThat(field(ask("DELETE", "/through/2", ""), "Edge-Read-After"))
                    .isNotEmpty();
            assertThat(field(ask("GET", "/through/2", ""), "X-Cache-Status")).isEqualTo("MISS");
            assertThat(origin.calls("/through/2")).isEqualTo(3);
        }

        @Test
        void thatFailsPurgesNothing() throws Exception {
            product("3", 409);
            ask("GET", "/through/3", "");
            HttpResponse<String> refused = ask("PUT", "/through/3", "{}");
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(field(refused, "Edge-Read-After")).isEmpty();
            assertThat(field(ask("GET", "/through/3", ""), "X-Cache-Status")).isEqualTo("HIT");
        }

        @ParameterizedTest(name = "a write to {0} purges {1} and leaves {2}")
        @CsvSource({
            "/write/url/a%3Fb,      /read/a%3Fb,      /read/a?b",
            "/write/url/a%2Fb,      /read/a%2Fb,      /read/a/b",
            "/write/url/a:b@c,      /read/a:b@c,      /read/a",
            "/write/url/%2A%2A,     /read/%2A%2A,     /read/a",
            "/write/url/**,         /read/**,         /read/a",
            "/write/url/%C3%BC,     /read/%C3%BC,     /read/u",
            "/write/pattern/%2A%2A, /read/%2A%2A,     /read/a",
            "/write/pattern/%2A,    /read/%2A,        /read/a",
            "/write/pattern/a*,     /read/a*,         /read/ab",
            "/write/pattern/a%3Fb,  /read/a%3Fb,      /read/a?b",
            "/write/rest/a/b%3Fc,   /read/a/b%3Fc,    /read/a/b?c",
            "/write/rest/a,         /read/a,          /read/a/b",
            "/write/rest/a/,        /read/a/,         /read/a"
        })
        void purgesWhatWasWrittenAndNothingElse(String write, String purged, String left) throws Exception {
            for (String target : List.of(write, purged, left)) {
                origin.on(
                        URI.create(target).getPath(),
                        exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60"));
                ask("GET", target, "");
            }

            assertThat(field(ask("PUT", write, "{}"), "Edge-Read-After")).isNotEmpty();

            assertThat(field(ask("GET", left, ""), "X-Cache-Status")).isEqualTo("HIT");
            assertThat(field(ask("GET", purged, ""), "X-Cache-Status")).isEqualTo("MISS");
        }

        @Test
        void ofNoTargetEndsTheStart() {
            var factory = gateway.getBean(WriteThroughGatewayFilterFactory.class);
            var config = new WriteThroughGatewayFilterFactory.Config();
            config.setTargets(List.of("product"));
            assertThatThrownBy(() -> factory.apply(config)).hasMessageContaining("a target is <kind>:<value>");
        }
    }
}
