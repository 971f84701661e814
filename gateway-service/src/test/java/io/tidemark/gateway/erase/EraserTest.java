package io.tidemark.gateway.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.redis.RedisConnection;
import io.tidemark.gateway.store.StoredRecordHead;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.erasure.EraserLoop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The index and the eraser with a real Redis. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EraserTest {
    private static final String EPOCH = "e";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);

    private static Redis server;
    private static RedisClient client;
    private static StatefulRedisConnection<String, String> redis;
    private static final RedisConnections connections = new RedisConnections(System::nanoTime);
    private static RedisConnection<RedisConnection.Commands> connection;

    private RedisTagIndex index;
    private RedisEraser eraser;

    @BeforeAll
    static void start() {
        server = Redis.create(BackendOptions.named("eraser").withDurableKeys());
        server.start();
        client = RedisClient.create(server.url());
        redis = client.connect();
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        connection = RedisConnection.forCommands(client, connections);
        await().atMost(SOON).until(() -> connection.get() != null);
    }

    @AfterAll
    static void stop() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        server.close();
    }

    @BeforeEach
    void empty() {
        index = new RedisTagIndex(connection, RedisTagIndex.MAX_MEMBERS);
        eraser = new RedisEraser(connection, connections, EraserTest::head, Duration.ofSeconds(10));
        redis.sync().flushall();
    }

    /** The records of this test are text: offset, path, tags. */
    private static Optional<StoredRecordHead> head(byte[] bytes) {
        String[] fields = new String(bytes, UTF_8).split(" ", -1);
        return fields.length < 4
                ? Optional.empty()
                : Optional.of(new StoredRecordHead(
                        new PurgeSubject(List.of("shop.example"), fields[1], null, Set.of(fields[2].split(","))),
                        new Position(EPOCH, Long.parseLong(fields[0]))));
    }

    private String store(String name, long filledAt, String path, String... tags) {
        String key = "tidemark:{" + name + "}:response";
        redis.sync().set(key, filledAt + " " + path + " " + String.join(",", tags) + " body");
        index.add(key, new PurgeSubject(List.of("shop.example"), path, null, Set.of(tags)), HOUR)
                .block(SOON);
        return key;
    }

    private static Erasable purge(long offset, Target... targets) {
        return Erasable.of(
                new Purge("p" + offset, "test", List.of(targets), Purge.Mode.HARD, null, Instant.EPOCH),
                new Position(EPOCH, offset));
    }

    @Test
    void a_purge_of_a_tag_deletes_what_carries_it_and_nothing_else() {
        String one = store("1", 4, "/products/1", "product:1", "products");
        String two = store("2", 4, "/products/2", "product:2", "products");
        assertThat(eraser.erase(List.of(purge(5, Target.tag("product:1"))))).containsExactly(1);
        assertThat(redis.sync().exists(one)).isZero();
        assertThat(redis.sync().exists(two)).isOne();
        assertThat(eraser.erase(List.of(purge(6, Target.tag("products"))))).containsExactly(1);
        assertThat(redis.sync().exists(two)).isZero();
    }

    @Test
    void what_was_filled_at_or_after_the_purge_stays() {
        String newer = store("1", 5, "/a", "t");
        assertThat(eraser.erase(List.of(purge(5, Target.tag("t"))))).containsExactly(0);
        assertThat(redis.sync().exists(newer)).isOne();
    }

    @Test
    void a_head_that_is_longer_than_what_is_read_at_first_is_read_whole() {
        String newer = store("1", 5, "/a", "t", "x".repeat(5_000));
        String older = store("2", 4, "/b", "x".repeat(5_000), "t");
        assertThat(eraser.erase(List.of(purge(5, Target.tag("t"))))).containsExactly(1);
        assertThat(redis.sync().exists(newer)).isOne();
        assertThat(redis.sync().exists(older)).isZero();
    }

    /** Stored anew by who reads the heads, so between the eraser's reading of the record and its deleting. */
    @Test
    void what_is_stored_anew_meanwhile_stays() {
        String key = store("1", 4, "/a", "t");
        var slow = new RedisEraser(
                connection,
                connections,
                bytes -> {
                    store("1", 5, "/a", "t");
                    return head(bytes);
                },
                Duration.ofSeconds(10));
        assertThat(slow.erase(List.of(purge(5, Target.tag("t"))))).containsExactly(0);
        assertThat(redis.sync().get(key)).startsWith("5 ");
    }

    @Test
    void urls_prefixes_patterns_hosts_and_all() {
        for (Target target : List.of(
                Target.url("/a/b"),
                Target.url("https://shop.example/a/b"),
                new Target(Target.Kind.PREFIX, "/a/"),
                new Target(Target.Kind.PATTERN, "/*/b"),
                new Target(Target.Kind.HOST, "shop.example"),
                Target.all())) {
            String key = store("1", 1, "/a/b", "t");
            assertThat(eraser.erase(List.of(purge(2, target))))
                    .as(target.toString())
                    .containsExactly(1);
            assertThat(redis.sync().exists(key)).as(target.toString()).isZero();
        }
    }

    @Test
    void each_purge_of_a_batch_has_its_own_count_and_a_soft_one_deletes_nothing() {
        store("1", 1, "/a", "t1");
        store("2", 1, "/b", "t2");
        String soft = store("3", 1, "/c", "t3");
        Erasable softPurge = Erasable.of(
                new Purge("soft", "test", List.of(Target.tag("t3")), Purge.Mode.SOFT, null, Instant.EPOCH),
                new Position(EPOCH, 9));
        assertThat(eraser.erase(
                        List.of(purge(7, Target.tag("t2")), softPurge, purge(8, Target.tag("t1"), Target.tag("t2")))))
                .containsExactly(1, 0, 1);
        assertThat(redis.sync().exists(soft)).isOne();
    }

    @Test
    void what_nobody_can_read_is_deleted_by_a_hard_purge_and_not_by_a_soft_one() {
        String key = store("1", 1, "/a", "t");
        redis.sync().set(key, "unreadable");
        Erasable soft = Erasable.of(
                new Purge("soft", "test", List.of(Target.tag("t")), Purge.Mode.SOFT, null, Instant.EPOCH),
                new Position(EPOCH, 9));
        assertThat(eraser.erase(List.of(soft, purge(9, Target.tag("t"))))).containsExactly(0, 1);
        assertThat(redis.sync().exists(key)).isZero();
    }

    @Test
    void a_scan_meets_every_response_and_nobody_elses_keys() {
        redis.sync().set("other", "value");
        redis.sync().set("tidemark:webhook:x", "value");
        for (int i = 0; i < 2_000; i++) {
            redis.sync().set("tidemark:{" + i + "}:response", "1 /p/" + i + " t body");
        }
        assertThat(eraser.erase(List.of(purge(2, new Target(Target.Kind.PREFIX, "/p/1")))))
                .containsExactly(1_111);
        assertThat(redis.sync().exists("other", "tidemark:webhook:x")).isEqualTo(2);
    }

    @Test
    void a_set_that_would_grow_past_its_bound_is_marked_and_its_purge_scans() {
        RedisTagIndex small = new RedisTagIndex(connection, 10);
        for (int i = 0; i < 30; i++) {
            String key = "tidemark:{" + i + "}:response";
            redis.sync().set(key, "1 /p t body");
            small.add(key, new PurgeSubject(List.of("h"), "/p", null, Set.of("t")), HOUR.plusSeconds(i))
                    .block(SOON);
        }
        assertThat(redis.sync().zcard(IndexKeys.tag("t"))).isLessThanOrEqualTo(11);
        assertThat(eraser.erase(List.of(purge(2, Target.tag("t"))))).containsExactly(30);
    }

    @Test
    void a_set_loses_what_has_expired_and_expires_with_its_last_member() {
        index.add(
                        "tidemark:{old}:response",
                        new PurgeSubject(List.of("h"), "/p", null, Set.of("t")),
                        Duration.ofMillis(1))
                .block(SOON);
        await().atMost(SOON).until(() -> redis.sync().exists(IndexKeys.tag("t")) == 0);
        store("1", 1, "/p", "t");
        assertThat(redis.sync().zrange(IndexKeys.tag("t"), 0, -1)).containsExactly("tidemark:{1}:response");
        assertThat(redis.sync().pttl(IndexKeys.tag("t")))
                .isBetween(HOUR.minusMinutes(1).toMillis(), HOUR.toMillis());
    }

    @Test
    void a_set_that_lives_on_loses_what_has_expired_when_something_is_added() {
        String stays = store("stays", 1, "/p", "t");
        var subject = new PurgeSubject(List.of("h"), "/p", null, Set.of("t"));
        index.add("tidemark:{old}:response", subject, Duration.ofMillis(1)).block(SOON);
        await().atMost(SOON).untilAsserted(() -> {
            index.add(stays, subject, HOUR).block(SOON);
            assertThat(redis.sync().zrange(IndexKeys.tag("t"), 0, -1)).containsExactly(stays);
        });
    }

    @Test
    void a_response_that_is_stored_anew_for_a_shorter_time_is_named_as_long_as_before() {
        String key = store("1", 1, "/p", "t");
        index.add(key, new PurgeSubject(List.of("h"), "/p", null, Set.of("t")), Duration.ofMinutes(1))
                .block(SOON);
        assertThat(redis.sync().pttl(IndexKeys.tag("t")))
                .isBetween(HOUR.minusMinutes(1).toMillis(), HOUR.toMillis());
    }

    @Test
    void the_loop_reports_each_purge_and_tries_again_when_redis_was_away() {
        String key = store("1", 0, "/a", "t");
        var partition = new TopicPartition(Topics.PURGES, 0);
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        var producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        EraserLoop loop = new EraserLoop(
                "responses",
                () -> consumer,
                producer,
                () -> EPOCH,
                new ResponseEraser("eu", eraser, InstantSource.system(), _ -> {}));
        server.kill();
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(partition));
            consumer.addRecord(new ConsumerRecord<>(
                    Topics.PURGES,
                    0,
                    1,
                    new byte[0],
                    RecordCodec.PURGE.encode(purge(1, Target.tag("t")).purge())));
        });
        try {
            loop.start();
            await().atMost(SOON).until(() -> !consumer.paused().isEmpty());
            assertThat(producer.history()).isEmpty();
            assertThat(consumer.committed(Set.of(partition)).get(partition)).isNull();
            server.start();
            await().atMost(SOON).until(() -> !producer.history().isEmpty());
        } finally {
            loop.close();
        }
        Erasure erasure =
                RecordCodec.ERASURE.decode(producer.history().getFirst().value());
        assertThat(erasure.position()).isEqualTo(new Position(EPOCH, 1));
        assertThat(erasure.deleted()).isOne();
        assertThat(redis.sync().exists(key)).isZero();
    }
}
