package io.tidemark.local.suite.backends;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.RedisCluster;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.ServicePart;
import io.tidemark.local.suite.launcher.SuiteParts;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * A write queue on a Redis Cluster, 20 writes a second: the slot that holds it is moved to another master, once as fast as may be and
 * once slowly, and then its master is killed.
 */
final class ClusterTrial implements AutoCloseable {
    private static final String KEYS = "tidemark:{writes}:";
    private static final Duration WATCHED = Duration.ofSeconds(15);
    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(90);
    private static final Duration MOVED = Duration.ofSeconds(2);
    private static final Duration KILLED = Duration.ofSeconds(10);

    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final HttpServer origin;
    private final Kafka kafka;
    private final RedisCluster redis;
    private final ServicePart queue;
    private final List<String> broken = new ArrayList<>();

    ClusterTrial(LauncherOptions options) throws IOException, InterruptedException {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        origin.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        origin.createContext("/", this::take);
        origin.start();
        kafka = Kafka.create(BackendOptions.named("kafka")
                .withMode(BackendMode.EMBEDDED)
                .withData(options.data().resolve("kafka")));
        redis = RedisCluster.withReplicas(options.data());
        List<String> java = new ArrayList<>(SuiteParts.JVM);
        java.addAll(List.of("-jar", options.jar("write-queue-service").toString()));
        queue = new ServicePart("write-queue-on-cluster", Ports.free(), java, settings(), options.logs());
    }

    private Map<String, String> settings() {
        return Map.of(
                "spring.kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "spring.data.redis.cluster.nodes",
                redis.seeds(),
                "tidemark.writes.origins.trial.url",
                "http://127.0.0.1:" + origin.getAddress().getPort(),
                "tidemark.writes.types.tried.origin",
                "trial",
                "tidemark.writes.types.tried.path",
                "/{key}",
                "tidemark.writes.types.tried.ordering-key",
                "{key}");
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            delivered.add(exchange.getRequestURI().getPath().substring(1));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private interface Deed {
        void done() throws IOException, InterruptedException;
    }

    /** What was not as it should be; nothing: all was. */
    List<String> run(PrintStream out) throws IOException, InterruptedException {
        kafka.start();
        queue.start();
        String slot = redis.slot(KEYS);
        try (WriteTraffic traffic = new WriteTraffic(queue.address())) {
            Thread.sleep(WATCHED);
            out.printf(
                    Locale.ROOT,
                    "%-44s %9s %8s %22s%n",
                    "the queue's slot",
                    "accepted",
                    "refused",
                    "longest without, ms");
            WriteTraffic.Figures moved = row(out, "is moved at once", traffic, () -> redis.move(slot, Duration.ZERO));
            row(out, "is moved, slower than a request waits", traffic, () -> redis.move(slot, Duration.ofMillis(200)));
            WriteTraffic.Figures killed = row(out, "has its master killed", traffic, () -> redis.killMaster(slot));
            traffic.close();
            expect(moved.refused() == 0, moved.refused() + " writes were refused while the slot was moved at once");
            expect(
                    moved.longestGap().compareTo(MOVED) <= 0,
                    "no write for " + moved.longestGap() + " when it was moved");
            expect(
                    killed.longestGap().compareTo(KILLED) <= 0,
                    "no write for " + killed.longestGap() + " when it was killed");
            account(out, traffic);
        }
        return broken;
    }

    private WriteTraffic.Figures row(PrintStream out, String what, WriteTraffic traffic, Deed deed)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        deed.done();
        Thread.sleep(WATCHED);
        WriteTraffic.Figures seen = traffic.since(begin);
        out.printf(
                Locale.ROOT,
                "%-44s %9d %8d %22d%n",
                what,
                seen.accepted(),
                seen.refused(),
                seen.longestGap().toMillis());
        return seen;
    }

    private void account(PrintStream out, WriteTraffic traffic) throws InterruptedException {
        long end = System.nanoTime() + DELIVERED_WITHIN.toNanos();
        Set<String> lost = new TreeSet<>(traffic.accepted());
        lost.removeAll(delivered);
        while (!lost.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(200);
            lost.removeAll(delivered);
        }
        Set<String> unwanted = new TreeSet<>(traffic.surelyRefused());
        unwanted.retainAll(delivered);
        out.println(traffic.accepted().size() + " accepted, " + lost.size() + " of them lost; "
                + traffic.surelyRefused().size() + " surely refused, " + unwanted.size() + " of them delivered");
        expect(lost.isEmpty(), "lost: " + lost);
        expect(unwanted.isEmpty(), "refused and delivered: " + unwanted);
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            broken.add(otherwise);
        }
    }

    @Override
    public void close() {
        queue.stop();
        kafka.close();
        redis.close();
        origin.stop(0);
    }
}
