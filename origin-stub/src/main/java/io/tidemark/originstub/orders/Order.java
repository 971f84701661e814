package io.tidemark.originstub.orders;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An effect: an order was placed.
 *
 * @param number counts the orders in the order of their arrival, from 1
 * @param data what was sent
 * @param fingerprint of what was sent
 */
record Order(
        long number,
        String customerId,
        Instant at,
        ObjectNode data,
        @Nullable String idempotencyKey,
        String fingerprint) {
    String orderId() {
        return "o" + number;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("orderId", orderId());
        json.put("sequence", number);
        json.put("idempotencyKey", idempotencyKey);
        json.put("placedAt", at.toString());
        data.properties().forEach(member -> {
            if (!json.has(member.getKey())) {
                json.set(member.getKey(), member.getValue());
            }
        });
        return json;
    }
}
