package io.tidemark.local.suite.backends;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.RedisCluster;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A write queue on a Redis Cluster: the slot that holds it is moved to another master, once as fast as may be and once slowly, and then
 * its master is killed.
 */
final class ClusterTrial implements Trial {
    private static final String KEYS = "tidemark:{writes}:";
    private static final Duration MOVED = Duration.ofSeconds(2);
    private static final Duration KILLED = Duration.ofSeconds(10);

    private final LauncherOptions options;
    private final Kafka kafka;
    private final RedisCluster redis;

    ClusterTrial(LauncherOptions options) throws IOException, InterruptedException {
        this.options = options;
        Path data = options.data().resolve("cluster");
        kafka = Kafka.create(
                BackendOptions.named("kafka").withMode(BackendMode.EMBEDDED).withData(data.resolve("kafka")));
        redis = RedisCluster.withReplicas(data);
    }

    @Override
    public List<String> run(PrintStream out) throws IOException, InterruptedException {
        kafka.start();
        String slot = redis.slot(KEYS);
        Map<String, String> backends = Map.of(
                "spring.kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "spring.data.redis.cluster.nodes",
                redis.seeds());
        try (WriteTrial writes = new WriteTrial(options, "on-cluster", "the queue's slot", backends, out)) {
            WriteTraffic.Figures moved = writes.row("is moved at once", () -> redis.move(slot, Duration.ZERO));
            writes.row("is moved, slower than a request waits", () -> redis.move(slot, Duration.ofMillis(200)));
            WriteTraffic.Figures killed = writes.row("has its master killed", () -> redis.killMaster(slot));
            writes.expect(
                    moved.refused() == 0, moved.refused() + " writes were refused while the slot was moved at once");
            writes.expect(
                    moved.longestGap().compareTo(MOVED) <= 0,
                    "no write for " + moved.longestGap() + " when it was moved");
            writes.expect(
                    killed.longestGap().compareTo(KILLED) <= 0,
                    "no write for " + killed.longestGap() + " when it was killed");
            return writes.account();
        }
    }

    @Override
    public void close() {
        kafka.close();
        redis.close();
    }
}
