package io.tidemark.local.suite.chaos;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.machine.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A failover as managed Redis does it: a replica takes over, the name leads to it from then on, and the old primary stays up and
 * connected, but takes no writes.
 *
 * @param ways what stands for the name
 */
public record RedisMove(List<TcpProxy> ways) {
    private static final int OLD = 16379;
    private static final Duration DONE_WITHIN = Duration.ofSeconds(20);

    public Experiment row(Absences absences) {
        Redis other = Redis.create(BackendOptions.named("redis-eu-2").withMode(BackendMode.EMBEDDED));
        return absences.away(
                "move",
                "Redis of eu to its replica; the old one stays up",
                new AtomicReference<>("the old primary"),
                () -> {
                    other.start();
                    RedisCommand.send(other.port(), "REPLICAOF", "127.0.0.1", Integer.toString(OLD));
                    handOver(OLD, other.port());
                },
                () -> {
                    handOver(other.port(), OLD);
                    other.close();
                });
    }

    private void handOver(int from, int to) throws IOException, InterruptedException {
        until(
                "a replica has all",
                () -> RedisCommand.send(from, "WAIT", "1", "1000").equals(":1"));
        RedisCommand.send(from, "FAILOVER", "TO", "127.0.0.1", Integer.toString(to));
        until(
                "the replica takes writes",
                () -> RedisCommand.send(to, "DEL", "tidemark:no-such-key").startsWith(":"));
        ways.forEach(way -> way.lead(to));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + DONE_WITHIN.toNanos();
        IOException last = new IOException("not yet");
        while (System.nanoTime() < end) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException notYet) {
                last = notYet;
            }
            Thread.sleep(50);
        }
        throw new IOException("within " + DONE_WITHIN.toSeconds() + " s it did not happen that " + what, last);
    }
}
