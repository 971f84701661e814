package io.tidemark.state.promotion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.KeyPromotion;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.state.keys.KeyRing;
import io.tidemark.state.keys.KeySet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyNewsTest {
    private static final TopicPartition KEYS = new TopicPartition(Topics.KEYS, 0);
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private static String line(String name, int value) {
        byte[] secret = new byte[32];
        java.util.Arrays.fill(secret, (byte) value);
        return name + ':' + Base64.getEncoder().encodeToString(secret);
    }

    private static KeyPromotion promotion(String set, @Nullable String region, String key) {
        return new KeyPromotion(KeyPromotion.SCHEMA, set, region, key, NOW);
    }

    @Test
    void theRingUsesWhatTheLogSaysOfItsRegion() {
        KeySet keys = KeySet.parse("p", List.of(line("new", 2), line("old", 1)));
        KeySet derived = keys.derive("anything", "AES");
        KeyRing ring = new KeyRing("eu", Map.of("data-keys", keys), Duration.ofHours(12), InstantSource.fixed(NOW));
        assertThat(derived.inUse().id()).as("as configured").isEqualTo("new");
        ring.awaitPromotions();
        assertThat(derived.inUse().id()).as("that all have").isEqualTo("old");
        AtomicInteger heard = new AtomicInteger();
        ring.onPromotion(heard::incrementAndGet);

        MockConsumer<byte[], byte[]> log = new MockConsumer<>("none");
        log.updateBeginningOffsets(Map.of(KEYS, 0L));
        log.schedulePollTask(() -> {
            long offset = 0;
            for (byte @Nullable [] value : new byte @Nullable [][] {
                RecordCodec.KEY_PROMOTION.encode(promotion("data-keys", "us", "new")),
                "{\"schema\":9}".getBytes(UTF_8),
                null,
                RecordCodec.KEY_PROMOTION.encode(promotion("data-keys", "eu", "new"))
            }) {
                log.addRecord(new ConsumerRecord<>(Topics.KEYS, 0, offset++, new byte[0], value));
            }
        });
        try (KeyNews news = new KeyNews(ring, () -> log)) {
            news.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> derived.inUse().id().equals("new"));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> heard.get() == 1);
        assertThat(ring.lacking()).isEmpty();
    }

    @Test
    void withoutTheKeyItGoesOnWithWhatItHasAndSaysSo() {
        KeySet keys = KeySet.parse("p", List.of(line("old", 1)));
        KeyRing ring = new KeyRing("eu", Map.of("keys", keys), Duration.ofHours(12), InstantSource.fixed(NOW));
        ring.awaitPromotions();
        ring.promoted(promotion("keys", null, "new"));
        assertThat(keys.inUse().id()).isEqualTo("old");
        assertThat(ring.lacking()).containsExactly("keys");
        KeyHoldings.Held held = Objects.requireNonNull(ring.holdings().sets().get("keys"));
        assertThat(held).isEqualTo(new KeyHoldings.Held(List.of("old"), "old", NOW));
        ring.promoted(promotion("keys", null, "old"));
        assertThat(ring.lacking()).isEmpty();
    }

    @Test
    void whatItSaysHasNoSecret() {
        KeySet keys = KeySet.parse("p", List.of(line("old", 1)));
        KeyRing ring = new KeyRing("eu", Map.of("keys", keys), Duration.ofHours(12), InstantSource.fixed(NOW));
        assertThat(ring.holdings().toString() + keys)
                .doesNotContain("AQEBAQ", line("old", 1).substring(4));
    }
}
