package io.tidemark.local.suite.soak;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.launcher.SuiteProbe;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Clients of gateway eu-1 that wear it: ever new keys, each with a tag of its own; clients that leave at once, or in the middle of
 * a response that is stored, being stored or not to be stored; slow readers; heads near and past the limit; and purges of 100,000
 * distinct tags.
 */
final class Churn implements AutoCloseable {
    private static final String GATEWAY = "http://127.0.0.1:8080";
    private static final int PORT = 8080;
    private static final int TAGS = 100_000;
    private static final int TAGS_PER_PURGE = 1000;
    private static final String BIG = "/api/products/soak-big";
    private static final int BIG_BYTES = 400_000;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> faults = new ConcurrentHashMap<>();
    private final AtomicLong key = new AtomicLong();
    private volatile boolean stopped;

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    void start() throws IOException, InterruptedException {
        String big = "{\"text\":\"" + "x".repeat(BIG_BYTES) + "\"}";
        expect(Http.send("PUT", "http://127.0.0.1:8084" + BIG, big).statusCode(), 200);
        repeat("new keys", 4, Duration.ofMillis(20), this::newKey);
        repeat("left a hit", 2, Duration.ofMillis(50), () -> leave(BIG, 1000));
        repeat("left a miss", 2, Duration.ofMillis(200), () -> leave(BIG + "?" + key.incrementAndGet(), 1000));
        repeat("left at once", 4, Duration.ofMillis(50), () -> leave("/api/products/soak-" + key.incrementAndGet(), 0));
        repeat("left a pass", 4, Duration.ofMillis(50), () -> leave("/api/inventory/soak-" + key.incrementAndGet(), 0));
        repeat("read slowly", 20, Duration.ofMillis(100), Churn::readSlowly);
        repeat("long heads", 2, Duration.ofMillis(100), Churn::longHead);
        threads.execute(this::purgeTags);
    }

    /** What was done so far. */
    String summary() {
        return new TreeMap<>(counts).toString();
    }

    /** What should not have happened: message and how often. */
    Map<String, AtomicLong> faults() {
        return faults;
    }

    private void repeat(String name, int clients, Duration pause, Step step) {
        AtomicLong count = counts.computeIfAbsent(name, _ -> new AtomicLong());
        for (int client = 0; client < clients; client++) {
            threads.execute(() -> {
                while (!stopped) {
                    try {
                        try {
                            step.run();
                            count.incrementAndGet();
                        } catch (IOException e) {
                            fault(name + ": " + e);
                        }
                        Thread.sleep(pause);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            });
        }
    }

    private void fault(String what) {
        if (!stopped) {
            faults.computeIfAbsent(what, _ -> new AtomicLong()).incrementAndGet();
        }
    }

    private static void expect(int status, int expected) throws IOException {
        if (status != expected) {
            throw new IOException("status " + status + " and not " + expected);
        }
    }

    private void newKey() throws IOException, InterruptedException {
        expect(Http.get(GATEWAY + "/api/products/soak-" + key.incrementAndGet()).statusCode(), 200);
    }

    /** Leaves after so many bytes of the answer. */
    private static void leave(String path, int bytes) throws IOException {
        try (Socket client = ask(4096, path)) {
            if (client.getInputStream().readNBytes(bytes).length < bytes) {
                throw new IOException("ended early");
            }
        }
    }

    private static void readSlowly() throws IOException, InterruptedException {
        try (Socket client = ask(4096, BIG)) {
            InputStream in = client.getInputStream();
            int read = 0;
            while (read < BIG_BYTES) {
                byte[] some = in.readNBytes(8192);
                if (some.length == 0) {
                    throw new IOException("ended after " + read + " bytes");
                }
                read += some.length;
                Thread.sleep(40);
            }
        }
    }

    private static Socket ask(int window, String path) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(window);
        client.setSoTimeout(20_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 5000);
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /** Within the limit of 64 KB it is served; past it refused, if the client waits for the answer instead of sending on. */
    private static void longHead() throws IOException, InterruptedException {
        String url = GATEWAY + "/api/products/soak-head";
        expect(Http.get(url, "X-Long", "x".repeat(60_000)).statusCode(), 200);
        int refused;
        try {
            refused = Http.get(url, "X-Long", "x".repeat(100_000)).statusCode();
        } catch (IOException closedWhileItWasSent) {
            return;
        }
        expect(refused, 431);
    }

    private void purgeTags() {
        AtomicLong purged = counts.computeIfAbsent("tags purged", _ -> new AtomicLong());
        for (int from = 0; from < TAGS && !stopped; from += TAGS_PER_PURGE) {
            int first = from;
            String targets = IntStream.range(first, first + TAGS_PER_PURGE)
                    .mapToObj(tag -> "{\"tag\":\"soak-tag-" + tag + "\"}")
                    .collect(Collectors.joining(","));
            try {
                HttpResponse<String> answer = SuiteProbe.purge("{\"targets\":[" + targets + "]}");
                expect(answer.statusCode(), 202);
                purged.addAndGet(TAGS_PER_PURGE);
            } catch (IOException e) {
                fault("purge: " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
