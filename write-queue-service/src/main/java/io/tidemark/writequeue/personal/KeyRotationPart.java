package io.tidemark.writequeue.personal;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.state.keys.KeyHolder;
import io.tidemark.state.keys.KeyRing;
import io.tidemark.state.promotion.KeyNews;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * This service's part in the rotation of keys: it says which it has, and uses which all use. It ends before its connections do, for it says
 * goodbye.
 */
final class KeyRotationPart implements SmartLifecycle {
    private final KeyRing ring;
    private final KeyStore store;
    private final KafkaClients clients;
    private @Nullable KeyNews news;
    private @Nullable KeyHolder holder;

    KeyRotationPart(KeyRing ring, KeyStore store, KafkaClients clients) {
        this.ring = ring;
        this.store = store;
        this.clients = clients;
        ring.awaitPromotions();
    }

    @Override
    public synchronized void start() {
        if (holder == null) {
            news = new KeyNews(
                    ring,
                    () -> clients.consumer(Map.of(
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "none",
                            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                            5_000)));
            holder = new KeyHolder(store.redis(), "write-queue-" + UUID.randomUUID(), ring);
            news.start();
            holder.start();
        }
    }

    @Override
    public synchronized void stop() {
        if (news != null && holder != null) {
            news.close();
            holder.close();
            news = null;
            holder = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return holder != null;
    }
}
