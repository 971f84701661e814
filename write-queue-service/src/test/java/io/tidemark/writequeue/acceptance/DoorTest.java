package io.tidemark.writequeue.acceptance;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.Logs;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** What is accepted is delivered as it came; what is doubtful is refused, and its place named. */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class DoorTest {
    private static final String ITEM = "tidemark.writes.types.[item.put].";
    private static ScriptedOrigin origin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "tidemark.writes.delivery.retry.base=10ms",
                "tidemark.writes.delivery.retry.max=100ms",
                ITEM + "origin=catalog",
                ITEM + "method=PUT",
                ITEM + "path=/tenants/{tenant}/items/{id}",
                ITEM + "ordering-key=item:{id}",
                ITEM + "purges[0].prefix=/tenants/{tenant}/items/{id}/",
                ITEM + "purges[1].pattern=/*/items/{id}/**",
                ITEM + "purges[2].url=/tenants/{tenant}/items?id={id}");
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    private static String item(String id) {
        return "{\"type\":\"item.put\",\"data\":{\"tenant\":\"t\",\"id\":" + id + "}}";
    }

    private static String number(String number) {
        return "{\"type\":\"order.place\",\"data\":{\"customerId\":\"" + unique("c") + "\",\"n\":" + number + "}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.50", "1e300", "-0.0e-999", "123456789012345678901234567890", "0.1e-7", "1E+9"})
    void aNumberThatIsAcceptedIsDelivered(String number) throws Exception {
        String writeId = service.accept(number(number));
        service.await(writeId, is("delivered"));
        assertThat(origin.calls("/api/orders").getLast().body()).contains("\"n\":");
    }

    @Test
    void aNumberThatNoReaderTakesIsRefused() {
        for (String number : List.of(
                "9".repeat(998) + "e9", "1e2147483648", "1e-2147483649", "1e99999999999999999999", "0".repeat(2000))) {
            Reply reply = service.post("/v1/writes", number(number));
            assertThat(reply.status()).as(number).isEqualTo(400);
            assertThat(reply.json().path("type").asString()).isEqualTo("urn:tidemark:problem:malformed-json");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"..\"",
                "\".\"",
                "\"../x\"",
                "\"x\\ud800\"",
                "\"\"",
                "null",
                "1.5",
                "[]",
                "true.",
                "\"a\",\"id\":\"b\""
            })
    void anIdThatCannotBeEncodedIsRefusedAndItsPlaceNamed(String id) {
        Reply reply = service.post("/v1/writes", item(id));
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.json().at("/errors/0/pointer").asString()).contains("/data");
    }

    @Test
    void dataIsNeitherADelimiterNorAWildcardInAPurge() throws Exception {
        String id = unique("a/b#c?d");
        String writeId = service.accept(item("\"" + id + "**\""));
        service.await(writeId, is("delivered"));

        String encoded = id.replace("/", "%2F").replace("#", "%23").replace("?", "%3F") + "%2A%2A";
        assertThat(origin.calls("/tenants/t/items/" + encoded)).hasSize(1);
        var purge = Logs.read(Backends.shared().kafka(), Topics.PURGES).stream()
                .filter(found -> new String(found.value(), UTF_8).contains(writeId))
                .findFirst()
                .orElseThrow();
        assertThat(RecordCodec.PURGE.decode(purge.value()).targets())
                .containsExactly(
                        new Target(Target.Kind.PREFIX, "/tenants/t/items/" + encoded + "/"),
                        new Target(Target.Kind.PATTERN, "/*/items/" + encoded + "/**"),
                        Target.url("/tenants/t/items?id=" + encoded));
    }

    @Test
    void equalNumbersAreOneOrderingKey() throws Exception {
        JsonNode one = service.await(service.accept(item("1")), is("delivered"));
        JsonNode other = service.await(service.accept(item("1.0")), is("delivered"));
        assertThat(other.path("orderingKey")).isEqualTo(one.path("orderingKey"));
    }

    @Test
    void anIdempotencyKeyReachesTheOriginAsItWasSent() throws Exception {
        String customer = unique("c");
        String key = "\"a\\\"b " + customer + "\"";
        service.await(service.accept(order(customer, Map.of()), "Idempotency-Key", key), is("delivered"));
        assertThat(origin.calls().stream().filter(call -> call.body().contains(customer)))
                .allSatisfy(call -> {
                    assertThat(call.header("Idempotency-key")).isEqualTo(key);
                    assertThat(call.header("X-idempotency-key")).isEqualTo(key);
                });
    }

    @Test
    void twoClientsWithOneIdempotencyKeyAreTwoAtTheOriginToo() throws Exception {
        String customer = unique("c");
        for (String client : List.of("ann", "bob")) {
            String writeId = service.accept(
                    order(customer, Map.of()), "Idempotency-Key", "k-" + customer, "X-Client-Id", client);
            service.await(writeId, is("delivered"), "X-Client-Id", client);
        }
        assertThat(origin.calls().stream()
                        .filter(call -> call.body().contains(customer))
                        .map(call -> call.header("Idempotency-key"))
                        .distinct())
                .hasSize(2);
    }

    @Test
    void dataForgesNoLineInTheLog(CapturedOutput output) throws Exception {
        String id = unique("p") + "\\r\\n2026-01-01T00:00:00.000Z ERROR forged \\u001b[2J\\u2028forged";
        origin.otherwise(call -> call.path().contains("forged") ? new Answer(-1, Map.of(), "") : Answer.of(200));
        String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
        service.await(writeId, is("dead-lettered"));
        service.get("/v1/writes/%0D%0A2026-01-01T00:00:00.000Z%20ERROR%20forged");
        LoggerFactory.getLogger(DoorTest.class).info("an id: {}", "\r\n2026-01-01T00:00:00.000Z ERROR \u001b[2J\u2028");

        assertThat(output.getOut()).contains("is a dead letter", "an id: ");
        assertThat(output.getOut().lines()).noneMatch(line -> line.startsWith("2026-01-01T00:00:00.000Z ERROR"));
        assertThat(output.getOut()).doesNotContain("\u001b[2J");
    }

    @Nested
    class AStream {
        @Test
        void ofAWriteThatHasEndedEndsForWhoKnows() throws Exception {
            String writeId = service.accept(order(unique("c"), Map.of()));
            service.await(writeId, is("delivered"));
            Reply first = service.get("/v1/writes/" + writeId + "/events");
            assertThat(first.status()).isEqualTo(200);
            String id = first.response()
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("id:"))
                    .findFirst()
                    .orElseThrow()
                    .substring(3);

            Reply again = service.get("/v1/writes/" + writeId + "/events", "Last-Event-ID", id);
            assertThat(again.status()).isEqualTo(204);
            assertThat(again.response().body()).isEmpty();
            assertThat(service.get("/v1/writes/" + writeId + "/events", "Last-Event-ID", "0-accepted")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Nested
    class ARedriveOfMany {
        private static String dead() throws Exception {
            String id = unique("p");
            origin.script("/api/products/" + id, Answer.of(400));
            String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
            service.await(writeId, is("dead-lettered"));
            return writeId;
        }

        @Test
        void thatIsNotUnderstoodRedrivesNothing() throws Exception {
            String writeId = dead();
            String[] form = {"Content-Type", "application/x-www-form-urlencoded"};
            String[] multipart = {"Content-Type", "multipart/form-data"};
            for (Reply refused : List.of(
                    service.post("/v1/dead-letters/redrive?type=x", ""),
                    service.post("/v1/dead-letters/redrive?t%79pe=x", ""),
                    service.post("/v1/dead-letters/redrive", "type=x", form),
                    service.post("/v1/dead-letters/redrive", "", form),
                    service.post("/v1/dead-letters/redrive", "--a\r\n", multipart),
                    service.post("/v1/dead-letters/redrive", "{}", "Content-Encoding", "gzip"),
                    service.post("/v1/dead-letters/redrive", "null"),
                    service.post("/v1/dead-letters/redrive", "[]"),
                    service.post("/v1/dead-letters/redrive", "\"x\""),
                    service.post("/v1/dead-letters/redrive", "{\"type\":null}"),
                    service.post("/v1/dead-letters/redrive", "{\"type\":\"\"}"),
                    service.post("/v1/dead-letters/redrive", "{\"type\":7}"),
                    service.post("/v1/dead-letters/redrive", "{\"type\":\"x\",\"type\":\"product.update\"}"),
                    service.post("/v1/dead-letters/redrive", "{\"Type\":\"x\"}"),
                    service.post("/v1/dead-letters/redrive", "{\"rate\":\"10\"}"),
                    service.post("/v1/dead-letters/redrive", "{\"rate\":1e-300}"),
                    service.post("/v1/dead-letters/redrive", "{\"max\":1.5}"),
                    service.post("/v1/dead-letters/redrive", "{\"max\":99999999999}"),
                    service.post("/v1/dead-letters/redrive", "{} {}"),
                    service.post("/v1/dead-letters/" + writeId + "/redrive?max=0", ""),
                    service.post("/v1/dead-letters/" + writeId + "/redrive", "{\"type\":\"x\"}"),
                    service.post("/v1/dead-letters/" + writeId + "/discard", "{\"reason\":\"x\",\"client\":\"y\"}"),
                    service.post("/v1/dead-letters/" + writeId + "/discard", "{\"reason\":7}"))) {
                assertThat(refused.status()).as(refused.response().body()).isIn(400, 415);
                assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            }
            assertThat(service.get("/v1/writes/" + writeId)
                            .json()
                            .path("redrives")
                            .asInt(-1))
                    .isZero();
            assertThat(service.post("/v1/dead-letters/redrive", "{\"type\":\"product.update\",\"rate\":1000}")
                            .status())
                    .isEqualTo(202);
            service.await(writeId, is("delivered"));
        }
    }
}
