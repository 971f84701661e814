package io.tidemark.local.suite.backends;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.ServicePart;
import io.tidemark.local.suite.launcher.SuiteParts;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * A write queue on backends to which something is done, an origin that takes all, 20 writes a second, and what became of each: what was
 * accepted must be delivered, and what was surely refused must not.
 */
final class WriteTrial implements AutoCloseable {
    private static final Duration WATCHED = Duration.ofSeconds(15);
    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(90);
    private static final String COLUMNS = "%-44s %9s %8s %22s%n";

    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final HttpServer origin;
    private final ServicePart queue;
    private final PrintStream out;
    private final List<String> broken = new ArrayList<>();
    private final WriteTraffic traffic;

    /**
     * Starts all but the backends; returns when writes have been accepted for a while.
     *
     * @param what is tried, for the table's head
     * @param backends the properties that lead to them
     */
    WriteTrial(LauncherOptions options, String name, String what, Map<String, String> backends, PrintStream out)
            throws IOException, InterruptedException {
        this.out = out;
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        origin.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        origin.createContext("/", this::take);
        origin.start();
        List<String> java = new ArrayList<>(SuiteParts.JVM);
        java.addAll(List.of("-jar", options.jar("write-queue-service").toString()));
        Map<String, String> settings = new LinkedHashMap<>(backends);
        settings.put(
                "tidemark.writes.origins.trial.url",
                "http://127.0.0.1:" + origin.getAddress().getPort());
        settings.put("tidemark.writes.types.tried.origin", "trial");
        settings.put("tidemark.writes.types.tried.path", "/{key}");
        settings.put("tidemark.writes.types.tried.ordering-key", "{key}");
        queue = new ServicePart("write-queue-" + name, Ports.free(), java, settings, options.logs());
        queue.start();
        traffic = new WriteTraffic(queue.address());
        Thread.sleep(WATCHED);
        out.printf(Locale.ROOT, COLUMNS, what, "accepted", "refused", "longest without, ms");
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            delivered.add(exchange.getRequestURI().getPath().substring(1));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    /** Does it, and watches for 15 s more. */
    WriteTraffic.Figures row(String what, Trial.Deed deed) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        deed.done();
        Thread.sleep(WATCHED);
        WriteTraffic.Figures seen = traffic.since(begin);
        out.printf(
                Locale.ROOT,
                COLUMNS,
                what,
                seen.accepted(),
                seen.refused(),
                seen.longestGap().toMillis());
        return seen;
    }

    void expect(boolean holds, String otherwise) {
        if (!holds) {
            broken.add(otherwise);
        }
    }

    /** Writes no more, waits for deliveries, and prints the account. What was not as it should be. */
    List<String> account() throws InterruptedException {
        traffic.close();
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
        return broken;
    }

    @Override
    public void close() {
        traffic.close();
        queue.stop();
        origin.stop(0);
    }
}
