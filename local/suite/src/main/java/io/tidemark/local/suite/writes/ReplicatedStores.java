package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendFailedException;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.backends.RedisSentinel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Three brokers, one of which is killed every 20 s and away for 10 s, the next one each time; and a Redis with a replica and a
 * sentinel: the primary is killed while the second broker is away, and comes back as a replica.
 */
final class ReplicatedStores implements Stores {
    private static final Duration EVERY = Duration.ofSeconds(20);
    private static final Duration AWAY = Duration.ofSeconds(10);
    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(2);

    private final KafkaCluster kafka;
    private final Redis first;
    private final Redis second;
    private final RedisSentinel sentinel;
    private final Consumer<String> out;
    private final Thread thread = Thread.ofPlatform().name("hurts stores").unstarted(this::run);

    private ReplicatedStores(
            KafkaCluster kafka, Redis first, Redis second, RedisSentinel sentinel, Consumer<String> out) {
        this.kafka = kafka;
        this.first = first;
        this.second = second;
        this.sentinel = sentinel;
        this.out = out;
    }

    static ReplicatedStores start(Path folder, Consumer<String> out) throws IOException, InterruptedException {
        KafkaCluster kafka = KafkaCluster.create(3, folder);
        Redis first = redis("redis-1", folder);
        Redis second = redis("redis-2", folder);
        List<Backend> all = new ArrayList<>(kafka.brokers());
        all.addAll(List.of(first, second));
        Backends.startAll(all);
        RedisCommand.send(second.port(), "REPLICAOF", "127.0.0.1", Integer.toString(first.port()));
        return new ReplicatedStores(
                kafka, first, second, new RedisSentinel(first, "", folder.resolve("sentinel")), out);
    }

    private static Redis redis(String name, Path folder) {
        return Redis.create(BackendOptions.named(name)
                .withMode(BackendMode.EMBEDDED)
                .withData(folder.resolve(name))
                .withDurableKeys());
    }

    @Override
    public List<String> arguments() {
        return List.of(
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--tidemark.topics.replicas=3",
                "--spring.data.redis.sentinel.master=" + RedisSentinel.PRIMARY,
                "--spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port());
    }

    @Override
    public void hurt() {
        thread.start();
    }

    private void run() {
        try {
            for (int turn = 0; true; turn++) {
                Thread.sleep(EVERY.minus(AWAY));
                kafka.awaitAllInSync(WHOLE_WITHIN);
                Kafka broker = kafka.brokers().get(turn % 3);
                broker.kill();
                out.accept(broker.name() + " was killed");
                Redis primary = turn == 1 ? failOver() : null;
                Thread.sleep(AWAY);
                if (primary != null) {
                    primary.start();
                }
                broker.start();
            }
        } catch (InterruptedException ended) {
            // that is how it ends
        } catch (IOException | BackendFailedException failure) {
            out.accept("the stores are hurt no more: " + failure.getMessage());
        }
    }

    /** Answers who was killed. */
    private Redis failOver() throws IOException, InterruptedException {
        int port = sentinel.primaryPort();
        Redis primary = port == first.port() ? first : second;
        primary.kill();
        sentinel.awaitAnother(port);
        out.accept(primary.name() + " was killed, and its replica is in its place");
        return primary;
    }

    @Override
    public void heal() throws InterruptedException {
        thread.interrupt();
        thread.join();
        List<Backend> all = new ArrayList<>(kafka.brokers());
        all.addAll(List.of(first, second));
        all.forEach(Backend::start);
    }

    @Override
    public void close() {
        sentinel.close();
        kafka.close();
        first.close();
        second.close();
    }
}
