package io.tidemark.originstub.orders;

import io.tidemark.originstub.effects.IdempotencyKey;
import io.tidemark.originstub.web.JsonBody;
import io.tidemark.originstub.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@RestController
@RequestMapping("/api/orders")
final class OrderController {
    private final OrderBook book;
    private final JsonBody bodies;

    OrderController(OrderBook book, JsonBody bodies) {
        this.book = book;
        this.bodies = bodies;
    }

    @PostMapping
    ResponseEntity<ObjectNode> place(HttpServletRequest request) throws IOException {
        ObjectNode data = bodies.read(request);
        JsonNode customer = data.get("customerId");
        if (customer == null
                || !customer.isValueNode()
                || customer.isNull()
                || customer.asString().isBlank()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_CONTENT, "invalid-order", "Invalid order", "customerId is missing");
        }
        var placed = book.place(customer.asString(), data, IdempotencyKey.of(request));
        var response = ResponseEntity.created(
                        URI.create("/api/orders/" + placed.order().orderId()))
                .header("Cache-Control", "no-store");
        if (placed.replayed()) {
            response.header(IdempotencyKey.REPLAYED_HEADER, "true");
        }
        return response.body(placed.order().toJson());
    }

    @GetMapping
    ResponseEntity<List<ObjectNode>> list(@RequestParam(required = false) @Nullable String customerId) {
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                .body(book.list(customerId).stream().map(Order::toJson).toList());
    }

    @GetMapping("/{orderId}")
    ResponseEntity<ObjectNode> get(@PathVariable String orderId) {
        return book.list(null).stream()
                .filter(order -> order.orderId().equals(orderId))
                .findFirst()
                .map(order ->
                        ResponseEntity.ok().header("Cache-Control", "no-store").body(order.toJson()))
                .orElseThrow(() -> new Problem(
                        HttpStatus.NOT_FOUND, "unknown-order", "Unknown order", "there is no order " + orderId));
    }
}
