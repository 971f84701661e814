package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.client.Http;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(30)
class WritePathIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final String id = RunningSuite.newId();

    @Test
    void aWriteIsAcceptedThenDeliveredThenReadInBothRegions() throws Exception {
        Products.readEu(id);
        Products.readUs(id);

        HttpResponse<String> accepted = Writes.send("product.update", "{\"id\":\"" + id + "\",\"name\":\"flood\"}");

        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        JsonNode answer = Http.json(accepted);
        assertThat(answer.path("accepted").asBoolean()).isTrue();
        assertThat(answer.path("status").asString()).isNotBlank();
        assertThat(answer.path("note").asString()).isNotBlank();
        String writeId = answer.path("writeId").asString();
        assertThat(Http.header(accepted, "Location")).endsWith(writeId);

        JsonNode delivered = Writes.awaitState(writeId, "delivered", SOON);
        String readAfter = delivered.path("readAfter").asString("");
        assertThat(readAfter).contains(":");
        assertThat(Products.readEu(id, "Edge-Read-After", readAfter).body()).contains("flood");
        assertThat(Products.readUs(id, "Edge-Read-After", readAfter).body()).contains("flood");
    }

    @Test
    void theSameIdempotencyKeyIsTheSameWrite() throws Exception {
        String customer = RunningSuite.newId();
        String key = UUID.randomUUID().toString();
        String data = "{\"customerId\":\"" + customer + "\",\"n\":1}";

        HttpResponse<String> first = Writes.send("order.place", data, "Idempotency-Key", key);
        HttpResponse<String> second = Writes.send("order.place", data, "Idempotency-Key", key);
        HttpResponse<String> other = Writes.send("order.place", data.replace(":1}", ":2}"), "Idempotency-Key", key);

        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(Http.header(second, "Idempotency-Replayed")).isEqualTo("true");
        String writeId = Http.json(first).path("writeId").asString();
        assertThat(Http.json(second).path("writeId").asString()).isEqualTo(writeId);
        Problems.assertProblem(other, 422, "idempotency");
        Writes.awaitState(writeId, "delivered", SOON);
        assertThat(Writes.ordersAtOrigin(customer)).containsExactly(1);
    }

    @Test
    void writesOfOneKeyArriveInTheirOrderThroughAFailingOrigin() throws Exception {
        String customer = RunningSuite.newId();
        Products.setFault("{\"path\":\"/api/orders\",\"status\":503,\"rate\":1}");
        try {
            String last = "";
            for (int n = 1; n <= 10; n++) {
                HttpResponse<String> accepted =
                        Writes.send("order.place", "{\"customerId\":\"" + customer + "\",\"n\":" + n + "}");
                assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
                last = Http.json(accepted).path("writeId").asString();
            }
            Products.clearFaults("/api/orders");
            Writes.awaitState(last, "delivered", Duration.ofSeconds(90));
        } finally {
            Products.clearFaults("/api/orders");
        }
        assertThat(Writes.ordersAtOrigin(customer))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).boxed().toList());
    }
}
