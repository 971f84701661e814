package io.tidemark.writequeue.personal;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.state.keys.KeyHolder;
import io.tidemark.state.keys.KeyRing;
import io.tidemark.state.promotion.KeyNews;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** This service's part in the rotation of keys: it says which it has, and uses which all use. */
final class KeyRotationPart implements AutoCloseable {
    private final KeyNews news;
    private final KeyHolder holder;

    KeyRotationPart(KeyRing ring, KeyStore store, KafkaClients clients) {
        ring.awaitPromotions();
        this.news = new KeyNews(
                ring,
                () -> clients.consumer(Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        5_000)));
        this.holder = new KeyHolder(store.redis(), "write-queue-" + UUID.randomUUID(), ring);
        news.start();
        holder.start();
    }

    @Override
    public void close() {
        news.close();
        holder.close();
    }
}
