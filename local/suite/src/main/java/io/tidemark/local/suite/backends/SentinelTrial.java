package io.tidemark.local.suite.backends;

import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.backends.RedisSentinel;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A write queue on a Redis that a sentinel watches: it is failed over by hand, and then its primary is killed. */
final class SentinelTrial implements Trial {
    private static final Duration BY_HAND = Duration.ofSeconds(5);
    private static final Duration KILLED = Duration.ofSeconds(10);

    private final LauncherOptions options;
    private final Path data;
    private final Kafka kafka;
    private final Redis first;
    private final Redis second;

    SentinelTrial(LauncherOptions options) {
        this.options = options;
        data = options.data().resolve("sentinel");
        kafka = Kafka.create(backend("kafka"));
        first = Redis.create(backend("redis-1"));
        second = Redis.create(backend("redis-2"));
    }

    private BackendOptions backend(String name) {
        return BackendOptions.named(name).withMode(BackendMode.EMBEDDED).withData(data.resolve(name));
    }

    @Override
    public List<String> run(PrintStream out) throws IOException, InterruptedException {
        Backends.startAll(List.<Backend>of(kafka, first, second));
        RedisCommand.send(second.port(), "REPLICAOF", "127.0.0.1", Integer.toString(first.port()));
        try (RedisSentinel sentinel = new RedisSentinel(first, "", data.resolve("sentinel"));
                WriteTrial writes = new WriteTrial(
                        options,
                        "by-sentinel",
                        "the queue's Redis",
                        Map.of(
                                "spring.kafka.bootstrap-servers",
                                kafka.bootstrapServers(),
                                "spring.data.redis.sentinel.master",
                                RedisSentinel.PRIMARY,
                                "spring.data.redis.sentinel.nodes",
                                "127.0.0.1:" + sentinel.port()),
                        out)) {
            WriteTraffic.Figures moved = writes.row("is failed over by hand", sentinel::failOver);
            WriteTraffic.Figures killed = writes.row("has its primary killed", () -> {
                int primary = sentinel.primaryPort();
                (primary == first.port() ? first : second).kill();
                sentinel.awaitAnother(primary);
            });
            writes.expect(
                    moved.longestGap().compareTo(BY_HAND) <= 0,
                    "no write for " + moved.longestGap() + " at a failover by hand");
            writes.expect(
                    killed.longestGap().compareTo(KILLED) <= 0,
                    "no write for " + killed.longestGap() + " when the primary was killed");
            return writes.account();
        }
    }

    @Override
    public void close() {
        kafka.close();
        first.close();
        second.close();
    }
}
