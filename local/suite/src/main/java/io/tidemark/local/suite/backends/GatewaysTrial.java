package io.tidemark.local.suite.backends;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.RedisCluster;
import io.tidemark.local.suite.client.RawClient;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.ServicePart;
import io.tidemark.local.suite.launcher.SuiteParts;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two gateways whose region's Redis is a Cluster, of which a master is killed: nobody may get an error, and soon the one finds again
 * whatever the other has stored.
 */
final class GatewaysTrial implements Trial {
    private static final String OK = "HTTP/1.1 200";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String KEYS = "tidemark:{any}:";
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration STORED_AFTER = Duration.ofMillis(300);
    private static final Duration WATCHED = Duration.ofSeconds(15);
    private static final Duration FOUND_AGAIN = Duration.ofSeconds(15);

    private final Kafka kafka;
    private final RedisCluster redis;
    private final HttpServer origin;
    private final List<ServicePart> gateways = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final AtomicLong paths = new AtomicLong();

    /** What one gateway was asked after the other had answered. */
    private record Asked(long at, boolean failed, boolean found) {}

    GatewaysTrial(LauncherOptions options) throws IOException, InterruptedException {
        Path data = options.data().resolve("gateways");
        kafka = Kafka.create(
                BackendOptions.named("kafka").withMode(BackendMode.EMBEDDED).withData(data.resolve("kafka")));
        redis = RedisCluster.withReplicas(data);
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        origin.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        origin.createContext("/", GatewaysTrial::answer);
        origin.start();
        List<String> java = new ArrayList<>(SuiteParts.JVM);
        java.addAll(List.of("-jar", options.jar("gateway-service").toString()));
        Map<String, String> settings = Map.of(
                "spring.profiles.active",
                "standalone",
                "tidemark.redis.enabled",
                "true",
                "tidemark.kafka.enabled", // without a log, nobody knows what of another's has been purged
                "true",
                "spring.kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "spring.data.redis.cluster.nodes",
                redis.seeds(),
                "tidemark.origin",
                "http://127.0.0.1:" + origin.getAddress().getPort());
        for (String name : List.of("gateway-1-on-cluster", "gateway-2-on-cluster")) {
            gateways.add(new ServicePart(name, Ports.free(), java, settings, options.logs()));
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Cache-Control", "max-age=600");
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write(new byte[4]);
        }
    }

    private void askAll() {
        try {
            while (true) {
                threads.execute(this::ask);
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        String path = "/p/" + paths.incrementAndGet();
        long at = System.nanoTime();
        try {
            String first = get(gateways.getFirst(), path);
            Thread.sleep(STORED_AFTER);
            String second = get(gateways.getLast(), path);
            boolean found = second.toLowerCase(Locale.ROOT).contains("\r\nx-cache-status: hit\r\n");
            asked.add(new Asked(at, !first.startsWith(OK) || !second.startsWith(OK), found));
        } catch (IOException none) {
            asked.add(new Asked(at, true, false));
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of one host, whichever gateway is asked: what is stored is stored for it. */
    private static String get(ServicePart gateway, String path) throws IOException {
        try (RawClient client = new RawClient(gateway.ports()[0])) {
            return client.send("GET " + path + " HTTP/1.1|Host: shop.example|Connection: close||")
                    .rest(PATIENCE);
        }
    }

    @Override
    public List<String> run(PrintStream out) throws IOException, InterruptedException {
        kafka.start();
        gateways.forEach(ServicePart::start);
        threads.execute(this::askAll);
        Thread.sleep(WATCHED);
        long before = System.nanoTime();
        Thread.sleep(WATCHED);
        long killed = System.nanoTime();
        redis.killMaster(redis.slot(KEYS));
        Thread.sleep(FOUND_AGAIN.plus(WATCHED));
        List<Asked> usual = asked.stream()
                .filter(each -> each.at() >= before && each.at() < killed)
                .toList();
        List<Asked> since = asked.stream().filter(each -> each.at() >= killed).toList();
        long failed = since.stream().filter(Asked::failed).count();
        long missed = since.stream().filter(each -> !each.found()).count();
        Duration until = Duration.ofNanos(since.stream()
                .filter(each -> !each.found())
                .mapToLong(each -> each.at() - killed)
                .max()
                .orElse(0));
        long missedBefore = usual.stream().filter(each -> !each.found()).count();
        out.println("two gateways on a Redis Cluster whose master is killed: " + since.size() + " asked, " + failed
                + " failed, " + missed + " not found, the last after " + until.toMillis() + " ms; before it "
                + missedBefore + " of " + usual.size() + " not found");
        List<String> broken = new ArrayList<>();
        if (usual.stream().anyMatch(Asked::failed) || missedBefore >= Math.ceilDiv(usual.size(), 10)) {
            broken.add("gateways on a Redis Cluster do not find what each other stores");
        }
        if (failed > 0) {
            broken.add(failed + " requests failed when a master was killed");
        }
        if (since.isEmpty() || until.compareTo(FOUND_AGAIN) > 0) {
            broken.add("what one gateway stored was not found by the other for " + until);
        }
        return broken;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        gateways.forEach(ServicePart::stop);
        kafka.close();
        redis.close();
        origin.stop(0);
    }
}
