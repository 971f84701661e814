package io.tidemark.gateway.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Redis Cluster of real masters on this machine. */
public final class RedisServers implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final List<Redis> nodes = new ArrayList<>();

    public RedisServers(int count) {
        for (int n = 0; n < count; n++) {
            nodes.add(Redis.create(BackendOptions.named("cluster-" + n)
                    .withMode(BackendMode.EMBEDDED)
                    .asClusterNode()));
        }
    }

    /** Returns once all slots are served. */
    public void start() {
        Backends.startAll(nodes);
        RedisClient plain = RedisClient.create();
        try {
            var first = plain.connect(RedisURI.create(url(0))).sync();
            for (int n = 0; n < nodes.size(); n++) {
                var node = plain.connect(RedisURI.create(url(n))).sync();
                int from = SlotHash.SLOT_COUNT * n / nodes.size();
                int to = SlotHash.SLOT_COUNT * (n + 1) / nodes.size();
                node.clusterAddSlots(IntStream.range(from, to).toArray());
                if (n > 0) {
                    meet(node.configGet("cluster-port").getOrDefault("cluster-port", ""), nodes.get(n), first);
                }
            }
            for (Redis node : nodes) {
                var asked = plain.connect(RedisURI.create(node.url())).sync();
                await("one cluster").atMost(SOON).until(() -> {
                    String info = asked.clusterInfo();
                    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
                });
            }
        } finally {
            plain.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    public String url(int node) {
        return nodes.get(node).url();
    }

    /** As {@code spring.data.redis.cluster.nodes} takes them. */
    public String seeds() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    private static void meet(String busPort, Redis node, RedisCommands<String, String> first) {
        first.dispatch(
                CommandType.CLUSTER,
                new StatusOutput<>(StringCodec.UTF8),
                new CommandArgs<>(StringCodec.UTF8)
                        .add("MEET")
                        .add("127.0.0.1")
                        .add(node.port())
                        .add(busPort));
    }

    @Override
    public void close() {
        nodes.forEach(Redis::close);
    }
}
