package io.tidemark.writequeue.deadletters;

import static io.tidemark.writequeue.RunningService.heldOrder;
import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.unique;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.Logs;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A write that the origin refuses, in the whole service with a real Kafka and a real Redis. */
@Timeout(180)
class ADeadLetterTest {
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

    private static final Answer REFUSED = new Answer(400, Map.of(), "not like this");

    @Test
    void isBrowsedWithItsHistoryAndRedrivenUnderItsOwnKey() throws Exception {
        String id = unique("p");
        origin.script("/api/products/" + id, REFUSED);
        String writeId =
                service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"price\":12.50}}");
        service.await(writeId, is("dead-lettered"));

        Reply page = service.get("/v1/dead-letters?orderingKey=product:" + id);
        assertThat(page.json().at("/deadLetters/0/writeId").asString()).isEqualTo(writeId);
        JsonNode one = service.get("/v1/dead-letters/" + writeId).json();
        assertThat(one.at("/data/id").asString()).isEqualTo(id);
        assertThat(one.at("/attempts/0/status").asInt()).isEqualTo(400);

        Reply redriven = service.post("/v1/dead-letters/" + writeId + "/redrive", "");
        assertThat(redriven.status()).isEqualTo(202);
        JsonNode status = service.await(writeId, is("delivered"));
        assertThat(status.path("redrives").asInt()).isEqualTo(1);
        assertThat(status.path("attempts").size()).isEqualTo(2);
        assertThat(origin.calls("/api/products/" + id).stream().map(call -> call.header("Idempotency-key")))
                .containsExactly(writeId, writeId);
        assertThat(origin.calls("/api/products/" + id))
                .allMatch(call -> call.body().contains("12.50"));
        assertThat(service.get("/v1/dead-letters?orderingKey=product:" + id)
                        .json()
                        .path("deadLetters")
                        .size())
                .isZero();
        assertThat(service.post("/v1/dead-letters/" + writeId + "/redrive", "").status())
                .isEqualTo(409);
    }

    @Test
    void isInTheLogOfDeadLettersWithTheReason() throws Exception {
        String id = unique("p");
        origin.script("/api/products/" + id, REFUSED);
        String writeId = service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}");
        service.await(writeId, is("dead-lettered"));
        assertThat(Logs.read(Backends.shared().kafka(), Topics.DEAD_WRITES))
                .filteredOn(letter -> letter.key().equals("product:" + id))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(RecordCodec.WRITE.decode(letter.value()).writeId())
                            .isEqualTo(writeId);
                    assertThat(new String(letter.value(), UTF_8)).contains("refused it with 400", "not like this");
                });
    }

    @Test
    void holdsTheWritesBehindItIfItsTypeSaysSo() throws Exception {
        String customer = unique("c");
        origin.script("/api/held", REFUSED);
        String first = service.accept(heldOrder(customer, 1));
        service.await(first, is("dead-lettered"));
        String second = service.accept(heldOrder(customer, 2));
        String third = service.accept(heldOrder(customer, 3));
        String free = service.accept(heldOrder(unique("c"), 1));
        service.await(free, is("delivered"));
        assertThat(service.get("/v1/writes/" + second).json().path("status").asString())
                .isEqualTo("accepted");

        service.post("/v1/dead-letters/" + first + "/redrive", "");
        service.await(third, is("delivered"));
        assertThat(origin.bodies("/api/held", customer).stream().map(body -> body.replaceAll(".*\"n\":(\\d).*", "$1")))
                .containsExactly("1", "1", "2", "3");
    }

    @Test
    void thatIsDiscardedLetsTheOthersGo() throws Exception {
        String customer = unique("c");
        origin.script("/api/held", REFUSED);
        String first = service.accept(heldOrder(customer, 1));
        service.await(first, is("dead-lettered"));
        String second = service.accept(heldOrder(customer, 2));

        assertThat(service.post("/v1/dead-letters/" + first + "/discard", "{}").status())
                .isEqualTo(400);
        Reply discarded = service.post("/v1/dead-letters/" + first + "/discard", "{\"reason\":\"a test order\"}");
        assertThat(discarded.status()).isEqualTo(200);
        service.await(second, is("delivered"));
        JsonNode status = service.get("/v1/writes/" + first).json();
        assertThat(status.path("status").asString()).isEqualTo("dead-lettered");
        assertThat(status.path("discardReason").asString()).isEqualTo("a test order");
    }

    @Test
    void isRedrivenWithOthersByAFilter() throws Exception {
        String id = unique("p");
        origin.script("/api/products/" + id, REFUSED, REFUSED, REFUSED);
        List<String> dead = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            dead.add(service.accept(
                    "{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"price\":" + n + "}}"));
        }
        for (String writeId : dead) {
            service.await(writeId, is("dead-lettered"));
        }
        Reply redrive =
                service.post("/v1/dead-letters/redrive", "{\"orderingKey\":\"product:" + id + "\",\"rate\":50}");
        assertThat(redrive.status()).isEqualTo(202);
        for (String writeId : dead) {
            service.await(writeId, is("delivered"));
        }
    }

    @Test
    void ofAnotherClientIsSeenByOperatorsOnly() throws Exception {
        String id = unique("p");
        origin.script("/api/products/" + id, REFUSED);
        String writeId =
                service.accept("{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\"}}", "X-Client-Id", "ann");
        service.await(writeId, is("dead-lettered"), "X-Client-Id", "ann");
        assertThat(service.get("/v1/dead-letters/" + writeId, "X-Client-Id", "bob")
                        .status())
                .isEqualTo(404);
        assertThat(service.post("/v1/dead-letters/" + writeId + "/redrive", "", "X-Client-Id", "bob")
                        .status())
                .isEqualTo(404);
        assertThat(service.get("/v1/dead-letters?client=ann", "X-Client-Id", "bob")
                        .status())
                .isEqualTo(403);
        assertThat(service.get("/v1/dead-letters/" + writeId).status()).isEqualTo(200);
    }
}
