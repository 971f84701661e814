package io.tidemark.originstub.orders;

import io.tidemark.originstub.effects.IdempotencyKey;
import io.tidemark.originstub.effects.Journal;
import io.tidemark.originstub.settings.StubProperties;
import io.tidemark.originstub.web.Problem;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The orders in the order of their arrival, each idempotency key once. Thread-safe. Bounded by {@code
 * stub.max-state-size}: no order is ever forgotten, so past it none is taken.
 */
@Component
final class OrderBook implements AutoCloseable {
    private final List<Order> orders = new ArrayList<>();
    private final Map<String, List<Order>> byCustomer = new HashMap<>();
    private final Map<String, Order> byKey = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final InstantSource clock;
    private final long maxBytes;
    private final Journal<Order> journal;
    private long bytes;

    OrderBook(StubProperties properties, InstantSource clock, JsonMapper mapper) {
        this.clock = clock;
        this.maxBytes = properties.maxStateSize().toBytes();
        this.journal = Journal.open(properties.dataDir(), "orders.jsonl", Order.class, mapper, this::apply);
    }

    /** What came of a request to place an order. */
    record Placed(Order order, boolean replayed) {}

    /**
     * Places an order, or finds the one that was placed with the same key.
     *
     * @throws Problem if the key came with another request before, or there is no more room
     */
    Placed place(String customerId, ObjectNode data, @Nullable String key) {
        String fingerprint = IdempotencyKey.fingerprint(data);
        lock.lock();
        try {
            Order known = key == null ? null : byKey.get(key);
            if (key != null && known != null) {
                if (!known.fingerprint().equals(fingerprint)) {
                    throw IdempotencyKey.reused(key);
                }
                return new Placed(known, true);
            }
            Order order = new Order(orders.size() + 1L, customerId, clock.instant(), data, key, fingerprint);
            if (bytes + size(order) > maxBytes) {
                throw Problem.full(maxBytes);
            }
            journal.append(order);
            apply(order);
            return new Placed(order, false);
        } finally {
            lock.unlock();
        }
    }

    /** The orders, of one customer or of all, in the order of their arrival. */
    List<Order> list(@Nullable String customerId) {
        lock.lock();
        try {
            return List.copyOf(customerId == null ? orders : byCustomer.getOrDefault(customerId, List.of()));
        } finally {
            lock.unlock();
        }
    }

    private void apply(Order order) {
        orders.add(order);
        byCustomer.computeIfAbsent(order.customerId(), _ -> new ArrayList<>()).add(order);
        if (order.idempotencyKey() != null) {
            byKey.put(order.idempotencyKey(), order);
        }
        bytes += size(order);
    }

    private static long size(Order order) {
        return 400L + order.data().toString().length();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
