package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.RedisCluster;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service over a real Redis Cluster of three masters. */
@Timeout(180)
class RedisClusterTest {
    private static ScriptedOrigin origin;
    private static RedisCluster redis;
    private static RunningService service;

    @BeforeAll
    static void start() throws Exception {
        origin = new ScriptedOrigin();
        redis = RedisCluster.start();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "spring.data.redis.cluster.nodes=" + redis.seeds(),
                "spring.kafka.consumer.group-id=on-a-cluster",
                "tidemark.writes.status.patience=20s");
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (redis != null) {
            redis.close();
        }
        origin.close();
    }

    private static String update(String id, int price) {
        return "{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"price\":" + price + "}}";
    }

    @Test
    void aKeyIsKnownAndADeadLetterIsRedriven() throws Exception {
        String id = unique("p");
        String key = unique("k");
        origin.script("/api/products/" + id, new Answer(400, Map.of(), "not like this"));
        String writeId = service.accept(update(id, 1), "Idempotency-Key", key);
        service.await(writeId, is("dead-lettered"));
        Reply again = service.post("/v1/writes", update(id, 1), "Idempotency-Key", key);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(service.post("/v1/writes", update(id, 2), "Idempotency-Key", key)
                        .status())
                .isEqualTo(422);
        assertThat(service.post("/v1/dead-letters/" + writeId + "/redrive", "").status())
                .isEqualTo(202);
        service.await(writeId, is("delivered"));
    }

    /** What Redis answers while the keys of a slot are at two places is asked again. */
    @Test
    void whileTheQueuesSlotIsMovedNothingIsRefused() throws Exception {
        String first = service.accept(update(unique("p"), 1));
        service.await(first, is("delivered"));
        String slot = redis.slot("tidemark:{writes}:");
        Thread moving = Thread.ofVirtual().start(() -> {
            try {
                redis.move(slot, Duration.ofMillis(100));
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        int accepted = 0;
        while (moving.isAlive() || accepted == 0) {
            service.accept(update(unique("p"), 1));
            accepted++;
        }
        moving.join();
        service.await(service.accept(update(unique("p"), 1)), is("delivered"));
    }
}
