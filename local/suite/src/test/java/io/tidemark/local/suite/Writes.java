package io.tidemark.local.suite;

import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** Writes, sent through a gateway. */
final class Writes {
    private Writes() {}

    static HttpResponse<String> send(String type, String data, String... headers)
            throws IOException, InterruptedException {
        return Http.send(
                "POST",
                RunningSuite.get().gatewayEu() + "/writes",
                "{\"type\":\"" + type + "\",\"data\":" + data + "}",
                headers);
    }

    static JsonNode status(String writeId) throws IOException, InterruptedException {
        return Http.json(Http.get(RunningSuite.get().writeQueue() + "/v1/writes/" + writeId));
    }

    static JsonNode awaitState(String writeId, String state, Duration limit) {
        var last = new AtomicReference<JsonNode>(Http.JSON.nullNode());
        await("write " + writeId + " is " + state)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    last.set(status(writeId));
                    return last.get().path("status").asString("").equals(state);
                });
        return last.get();
    }

    /** The field {@code n} of a customer's orders, in the order in which the origin got them. */
    static List<Integer> ordersAtOrigin(String customer) throws IOException, InterruptedException {
        JsonNode answer = Http.json(Http.get(RunningSuite.get().origin() + "/api/orders?customerId=" + customer));
        JsonNode orders = answer.isArray() ? answer : answer.path("orders");
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode order : orders.values()) {
            numbers.add(order.path("n").asInt());
        }
        return numbers;
    }
}
