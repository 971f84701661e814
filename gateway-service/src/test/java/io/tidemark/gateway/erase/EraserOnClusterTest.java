package io.tidemark.gateway.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.redis.RedisConnection;
import io.tidemark.gateway.store.StoredRecordHead;
import io.tidemark.local.backends.RedisCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The index and the eraser on a Redis Cluster of three, which refuses every command whose keys lie in two slots. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EraserOnClusterTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int NODES = 3;
    private static final int RESPONSES = 200;

    private static RedisCluster servers;
    private static RedisClusterClient client;
    private static StatefulRedisClusterConnection<String, String> cluster;
    private static final RedisConnections connections = new RedisConnections(System::nanoTime);
    private static RedisConnection<RedisConnection.Commands> connection;

    private RedisTagIndex index;
    private RedisEraser eraser;

    @BeforeAll
    static void start() throws Exception {
        servers = RedisCluster.start();
        client = RedisClusterClient.create(servers.url(0));
        cluster = client.connect();
        connection = RedisConnection.forCommands(client, connections);
        await().atMost(SOON).until(() -> connection.get() != null);
    }

    @AfterAll
    static void stop() {
        connection.close();
        cluster.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        servers.close();
    }

    @BeforeEach
    void empty() {
        cluster.sync().flushall();
        index = new RedisTagIndex(connection, RedisTagIndex.MAX_MEMBERS);
        eraser = new RedisEraser(connection, connections, EraserOnClusterTest::head, Duration.ofSeconds(30));
        for (int i = 0; i < RESPONSES; i++) {
            String key = key(i);
            cluster.sync().set(key, i + " body");
            index.add(key, subject(i), Duration.ofHours(1)).block(SOON);
        }
    }

    private static String key(int i) {
        return "tidemark:{" + i + "}:response";
    }

    private static PurgeSubject subject(int i) {
        return new PurgeSubject(List.of("shop.example"), "/p/" + i, null, Set.of("all", "product:" + i));
    }

    private static Optional<StoredRecordHead> head(byte[] bytes) {
        int number = Integer.parseInt(new String(bytes, UTF_8).split(" ", 2)[0]);
        return Optional.of(new StoredRecordHead(subject(number), new Position("e", 0)));
    }

    private long erase(Target... targets) {
        Purge purge = new Purge("p", "test", List.of(targets), Purge.Mode.HARD, null, Instant.EPOCH);
        return eraser.erase(List.of(Erasable.of(purge, new Position("e", 1))))[0];
    }

    private long left() {
        return IntStream.range(0, RESPONSES)
                .filter(i -> cluster.sync().exists(key(i)) == 1)
                .count();
    }

    @Test
    void the_responses_lie_on_all_nodes() {
        assertThat(IntStream.range(0, RESPONSES)
                        .mapToObj(i -> SlotHash.getSlot(key(i)) * NODES / SlotHash.SLOT_COUNT)
                        .distinct())
                .hasSize(NODES);
    }

    @Test
    void a_tag_whose_responses_lie_on_all_nodes_is_erased_and_no_member_is_lost() {
        assertThat(cluster.sync().zcard(IndexKeys.tag("all"))).isEqualTo(RESPONSES);
        assertThat(erase(Target.tag("all"))).isEqualTo(RESPONSES);
        assertThat(left()).isZero();
    }

    @Test
    void several_tags_and_urls_of_one_purge_lie_in_several_slots() {
        assertThat(erase(Target.tag("product:1"), Target.tag("product:2"), Target.url("/p/3"), Target.url("/p/4")))
                .isEqualTo(4);
        assertThat(left()).isEqualTo(RESPONSES - 4);
    }

    @Test
    void a_prefix_is_found_by_a_scan_of_every_node() {
        assertThat(erase(new Target(Target.Kind.PREFIX, "/p/"))).isEqualTo(RESPONSES);
        assertThat(left()).isZero();
    }
}
