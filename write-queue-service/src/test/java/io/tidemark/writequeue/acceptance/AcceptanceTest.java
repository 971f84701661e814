package io.tidemark.writequeue.acceptance;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Backends;
import io.tidemark.local.fixtures.ApiDocument;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import io.tidemark.writequeue.ScriptedOrigin.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** What becomes of a request with a write, in the whole service with a real Kafka and a real Redis. */
@Timeout(180)
class AcceptanceTest {
    private static ScriptedOrigin origin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(Backends.shared(), origin.url());
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    @Test
    void everyRouteIsInTheDocumentOfTheApiAndNothingElseIs() {
        Set<String> mapped = new TreeSet<>();
        service.context()
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((info, handler) -> {
                    if (handler.getBeanType().getName().startsWith("io.tidemark.")) {
                        info.getPatternValues()
                                .forEach(path -> info.getMethodsCondition()
                                        .getMethods()
                                        .forEach(method -> mapped.add(method + " " + path)));
                    }
                });

        assertThat(ApiDocument.named("write-queue-service").publicOperations())
                .isNotEmpty()
                .isEqualTo(mapped);
    }

    @Nested
    class AnAcceptedWrite {
        @Test
        void isAnsweredWith202AndReachesTheOriginAsItWasSent() throws Exception {
            String id = unique("p");
            Reply reply = service.post(
                    "/v1/writes",
                    "{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"price\":12.50}}",
                    "Idempotency-Key",
                    "key-of-" + id,
                    "X-Request-Id",
                    "request-of-" + id);

            assertThat(reply.status()).isEqualTo(202);
            String writeId = reply.json().path("writeId").asString();
            assertThat(reply.header("Location")).isEqualTo("/v1/writes/" + writeId);
            assertThat(reply.json().path("accepted").asBoolean()).isTrue();
            assertThat(reply.json().path("status").asString()).isEqualTo("accepted");

            JsonNode status = service.await(writeId, is("delivered"));
            assertThat(status.path("readAfter").asString()).matches("[\\w-]+:\\d+");
            Call call = origin.calls("/api/products/" + id).getFirst();
            assertThat(call.method()).isEqualTo("PUT");
            assertThat(call.body()).isEqualTo("{\"id\":\"" + id + "\",\"price\":12.50}");
            assertThat(call.header("Idempotency-key")).isEqualTo("key-of-" + id);
            assertThat(call.header("X-idempotency-key")).isEqualTo("key-of-" + id);
            assertThat(call.header("X-request-id")).isEqualTo("request-of-" + id);
        }

        @Test
        void isDeliveredWholeAsLargeAsItsTypeAllows() throws Exception {
            String customer = unique("c");
            String note = "\u00e4".repeat(32_000); // 64,000 bytes
            service.await(service.accept(order(customer, Map.of("note", note))), is("delivered"));
            assertThat(origin.bodies("/api/orders", customer))
                    .singleElement()
                    .satisfies(body -> assertThat(body).contains('"' + note + '"'));
        }

        @Test
        void keepsTheFirst2KiBOfALargeAnswer() throws Exception {
            String id = unique("p");
            origin.script("/api/products/" + id, new Answer(400, Map.of(), "x".repeat(1_000_000)));
            JsonNode status = service.await(
                    service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}"),
                    is("dead-lettered"));
            assertThat(status.at("/attempts/0/answer").asString()).isEqualTo("x".repeat(2048));
        }

        @Test
        void isAwaitedByPrefer() {
            Reply reply = service.post("/v1/writes", order(unique("c"), Map.of()), "Prefer", "wait=30");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Preference-Applied")).isEqualTo("wait=30");
            assertThat(reply.json().path("status").asString()).isEqualTo("delivered");
        }

        @Test
        void isAwaitedByPreferHoweverThatIsWritten() throws Exception {
            for (String prefer : List.of("WAIT=30", "wait = 30", "return=minimal\r\nPrefer: wait=30")) {
                String answer = service.raw(
                        "POST /v1/writes HTTP/1.1\r\nHost: a\r\nConnection: close\r\nPrefer: " + prefer
                                + "\r\nContent-Type: application/json\r\n",
                        order(unique("c"), Map.of()));
                assertThat(answer).startsWith("HTTP/1.1 200").contains("Preference-Applied: wait=30");
            }
        }

        @Test
        void isStreamedUntilItHasEnded() {
            String writeId = service.accept(order(unique("c"), Map.of()));
            Reply stream = service.get("/v1/writes/" + writeId + "/events");
            assertThat(stream.response().body()).contains("event:status", "\"status\":\"delivered\"");
        }

        @Test
        void isNobodyElsesToRead() {
            String writeId = service.accept(order(unique("c"), Map.of()), "X-Client-Id", "ann");
            assertThat(service.get("/v1/writes/" + writeId, "X-Client-Id", "ann")
                            .status())
                    .isEqualTo(200);
            assertThat(service.get("/v1/writes/" + writeId, "X-Client-Id", "bob")
                            .status())
                    .isEqualTo(404);
            assertThat(service.get("/v1/writes/" + writeId).status()).isEqualTo(404);
        }
    }

    @Nested
    class AnIdempotencyKey {
        @Test
        void makesARepetitionTheSameWrite() throws Exception {
            String customer = unique("c");
            String key = unique("k");
            Reply first = service.post("/v1/writes", order(customer, Map.of("a", 1)), "Idempotency-Key", key);
            Reply again =
                    service.post("/v1/writes", order(customer, Map.of("a", 1)), "Idempotency-Key", '"' + key + '"');

            assertThat(again.status()).isEqualTo(202);
            assertThat(again.json()).isEqualTo(first.json());
            assertThat(first.header("Idempotency-Replayed")).isEmpty();
            assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
            service.await(first.json().path("writeId").asString(), is("delivered"));
            assertThat(origin.bodies("/api/orders", customer)).hasSize(1);
        }

        @Test
        void refusesAnotherRequest() {
            String key = unique("k");
            service.accept(order(unique("c"), Map.of()), "Idempotency-Key", key);
            Reply other = service.post("/v1/writes", order(unique("c"), Map.of()), "Idempotency-Key", key);
            assertThat(other.status()).isEqualTo(422);
            assertThat(other.json().path("type").asString()).isEqualTo("urn:tidemark:problem:idempotency-key-reused");
        }

        @Test
        void isTheClientsOwn() {
            String key = unique("k");
            String ann = service.accept(order(unique("c"), Map.of()), "Idempotency-Key", key, "X-Client-Id", "ann");
            String bob = service.accept(order(unique("c"), Map.of()), "Idempotency-Key", key, "X-Client-Id", "bob");
            assertThat(ann).isNotEqualTo(bob);
        }

        @Test
        void isRefusedIfItIsNotVisibleAsciiOrTooLong() {
            for (String bad : List.of("a b", "\"\"", "x".repeat(256))) {
                Reply reply = service.post("/v1/writes", order("c", Map.of()), "Idempotency-Key", bad);
                assertThat(reply.status()).as(bad).isEqualTo(400);
            }
        }
    }

    @Nested
    class ABadRequest {
        @Test
        void namesEveryPlace() {
            Reply reply = service.post("/v1/writes", "{}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
            assertThat(pointers(reply)).containsExactly("/type", "/data");

            Reply schema = service.post("/v1/writes", "{\"type\":\"product.update\",\"data\":{\"name\":7}}");
            assertThat(schema.status()).isEqualTo(400);
            assertThat(pointers(schema)).containsExactlyInAnyOrder("/data/id", "/data/name");
        }

        @Test
        void isRefusedByItsKind() {
            assertThat(service.post("/v1/writes", "{\"type\":").status()).isEqualTo(400);
            assertThat(service.post("/v1/writes", "{\"type\":\"no.such\",\"data\":{}}")
                            .json()
                            .path("type")
                            .asString())
                    .isEqualTo("urn:tidemark:problem:unknown-write-type");
            assertThat(service.post("/v1/writes", order("c", Map.of("x", "y".repeat(70_000))))
                            .status())
                    .isEqualTo(413);
            assertThat(service.post("/v1/writes", "{}", "Content-Type", "text/plain")
                            .status())
                    .isEqualTo(415);
        }

        @Test
        void hasAStableTypeWhoeverRefusesIt() {
            assertThat(type(service.get("/v1/writes"))).isEqualTo("urn:tidemark:problem:method-not-allowed");
            assertThat(type(service.get("/v1/nope"))).isEqualTo("urn:tidemark:problem:not-found");
            assertThat(type(service.get("/v1/dead-letters?limit=many"))).isEqualTo("urn:tidemark:problem:bad-request");
            assertThat(type(service.post("/v1/writes", "{}", "Content-Type", "text/plain")))
                    .isEqualTo("urn:tidemark:problem:unsupported-media-type");
        }

        @Test
        void toRedriveManyIsRefusedIfItsFilterIsMisspelt() {
            Reply misspelt = service.post("/v1/dead-letters/redrive", "{\"orderingkey\":\"product:1\"}");
            assertThat(misspelt.status()).isEqualTo(400);
            assertThat(type(misspelt)).isEqualTo("urn:tidemark:problem:unknown-member");
            assertThat(misspelt.json().path("detail").asString()).contains("orderingkey", "orderingKey");
            Reply malformed = service.post("/v1/dead-letters/redrive", "{");
            assertThat(malformed.status()).isEqualTo(400);
            assertThat(type(malformed)).isEqualTo("urn:tidemark:problem:malformed-json");
        }

        @Test
        void toBrowseIsRefusedIfItsFilterIsMisspelt() {
            Reply misspelt = service.get("/v1/dead-letters?orderingkey=product:1");
            assertThat(misspelt.status()).isEqualTo(400);
            assertThat(type(misspelt)).isEqualTo("urn:tidemark:problem:unknown-parameter");
            assertThat(misspelt.json().path("detail").asString()).contains("orderingkey", "orderingKey");
        }

        private static String type(Reply reply) {
            assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
            return reply.json().path("type").asString();
        }

        private List<String> pointers(Reply reply) {
            return StreamSupport.stream(reply.json().path("errors").spliterator(), false)
                    .map(error -> error.path("pointer").asString())
                    .toList();
        }
    }

    @Test
    void healthSaysWhatTheDeliveryDoes() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                service.manage("/actuator/health/readiness").status())
                        .isEqualTo(200));
        assertThat(service.manage("/actuator/health")
                        .json()
                        .at("/components/writeLog/details/phase")
                        .asString())
                .isEqualTo("running");
    }
}
