package io.tidemark.gateway.purge.erase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.StoredRecordHead;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private static final List<Redis> nodes = new ArrayList<>();
    private static RedisClusterClient client;
    private static StatefulRedisClusterConnection<String, String> cluster;
    private static RedisConnection connection;

    private RedisTagIndex index;
    private RedisEraser eraser;

    @BeforeAll
    static void start() {
        for (int n = 0; n < NODES; n++) {
            nodes.add(Redis.create(BackendOptions.named("cluster-" + n)
                    .withMode(BackendMode.EMBEDDED)
                    .asClusterNode()));
        }
        Backends.startAll(nodes);
        shareSlots();
        client = RedisClusterClient.create(nodes.getFirst().url());
        cluster = client.connect();
        connection = new RedisConnection(RedisURI.create(nodes.getFirst().url()), true);
        await().atMost(SOON).until(() -> connection.commands().isPresent());
    }

    private static void shareSlots() {
        RedisClient plain = RedisClient.create();
        try {
            var first = plain.connect(RedisURI.create(nodes.getFirst().url())).sync();
            for (int n = 0; n < NODES; n++) {
                var node = plain.connect(RedisURI.create(nodes.get(n).url())).sync();
                int from = SlotHash.SLOT_COUNT * n / NODES;
                int to = SlotHash.SLOT_COUNT * (n + 1) / NODES;
                node.clusterAddSlots(IntStream.range(from, to).toArray());
                if (n > 0) {
                    meet(node.configGet("cluster-port").getOrDefault("cluster-port", ""), nodes.get(n), first);
                }
            }
            for (Redis node : nodes) {
                var asked = plain.connect(RedisURI.create(node.url())).sync();
                await("one cluster").atMost(SOON).until(() -> {
                    String info = asked.clusterInfo();
                    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + NODES);
                });
            }
        } finally {
            plain.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static void meet(String busPort, Redis node, io.lettuce.core.api.sync.RedisCommands<String, String> first) {
        first.dispatch(
                io.lettuce.core.protocol.CommandType.CLUSTER,
                new io.lettuce.core.output.StatusOutput<>(io.lettuce.core.codec.StringCodec.UTF8),
                new io.lettuce.core.protocol.CommandArgs<>(io.lettuce.core.codec.StringCodec.UTF8)
                        .add("MEET")
                        .add("127.0.0.1")
                        .add(node.port())
                        .add(busPort));
    }

    @AfterAll
    static void stop() {
        connection.close();
        cluster.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        nodes.forEach(Redis::close);
    }

    @BeforeEach
    void empty() {
        cluster.sync().flushall();
        index = new RedisTagIndex(connection, RedisTagIndex.MAX_MEMBERS);
        eraser = new RedisEraser(connection, EraserOnClusterTest::head, Duration.ofSeconds(30));
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
