package io.tidemark.originstub.products;

import io.tidemark.originstub.changes.ChangeFeed;
import io.tidemark.originstub.effects.IdempotencyKey;
import io.tidemark.originstub.effects.Journal;
import io.tidemark.originstub.settings.StubProperties;
import io.tidemark.originstub.web.Problem;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The products: any id exists, those that were changed are kept. Thread-safe: one change at a time, reads without a
 * lock. Bounded by {@code stub.max-state-size} and {@code stub.max-idempotency-keys}.
 */
@Component
final class Catalog implements AutoCloseable {
    private final ConcurrentHashMap<String, Product> changed = new ConcurrentHashMap<>();
    private final LinkedHashMap<String, Receipt> byKey = new LinkedHashMap<>(); // oldest first
    private final ReentrantLock lock = new ReentrantLock();
    private final InstantSource clock;
    private final ChangeFeed feed;
    private final long maxBytes;
    private final int maxKeys;
    private final Journal<ProductChange> journal;
    private long bytes;
    private long lastNumber;

    Catalog(StubProperties properties, InstantSource clock, ChangeFeed feed, JsonMapper mapper) {
        this.clock = clock;
        this.feed = feed;
        this.maxBytes = properties.maxStateSize().toBytes();
        this.maxKeys = properties.maxIdempotencyKeys();
        this.journal = Journal.open(properties.dataDir(), "products.jsonl", ProductChange.class, mapper, this::apply);
    }

    /** What a change led to, remembered for its key. */
    record Receipt(Product product, String fingerprint, boolean replayed) {}

    Product get(String id) {
        Product known = changed.get(id);
        return known == null ? Product.initial(id) : known;
    }

    /**
     * Changes a product; a key that was seen before changes nothing and gets the receipt of that time.
     *
     * @throws Problem if the key came with another request before, or there is no more room
     */
    Receipt change(String id, ObjectNode change, @Nullable String key) {
        String fingerprint = IdempotencyKey.fingerprint(change);
        lock.lock();
        try {
            Receipt known = key == null ? null : byKey.get(id + ' ' + key);
            if (key != null && known != null) {
                if (!known.fingerprint().equals(fingerprint)) {
                    throw IdempotencyKey.reused(key);
                }
                return new Receipt(known.product(), fingerprint, true);
            }
            Product next = get(id).changed(change, clock.instant());
            if (bytes + size(next) > maxBytes) {
                throw Problem.full(maxBytes);
            }
            ProductChange effect = new ProductChange(
                    lastNumber + 1, id, next.version(), next.updatedAt(), next.fields(), key, fingerprint);
            journal.append(effect);
            apply(effect);
            return new Receipt(next, fingerprint, false);
        } finally {
            lock.unlock();
        }
    }

    private void apply(ProductChange effect) {
        Product product = new Product(effect.id(), effect.version(), effect.at(), effect.fields());
        Product before = changed.put(effect.id(), product);
        bytes += size(product) - (before == null ? 0 : size(before));
        lastNumber = effect.number();
        feed.add(effect.number(), effect.id(), effect.version(), effect.at());
        if (effect.idempotencyKey() != null) {
            byKey.put(effect.id() + ' ' + effect.idempotencyKey(), new Receipt(product, effect.fingerprint(), false));
            bytes += size(product);
            while (byKey.size() > maxKeys || (bytes > maxBytes && byKey.size() > 1)) {
                Receipt oldest = byKey.pollFirstEntry().getValue();
                bytes -= size(oldest.product());
            }
        }
    }

    private static long size(Product product) {
        return 200L + product.fields().toString().length();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
