package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.BackendOptions.ProxiedListener;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.figures.Percentiles;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.PartFailedException;
import io.tidemark.local.suite.machine.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An origin, a write queue and a gateway of another region, with a Kafka and Redis of their own, embedded: the gateway's
 * consumers hear from Kafka 2 s late. Each client changes a product of its own through the write queue, waits until that is
 * delivered, reads it through the gateway without and then with the delivery's {@code readAfter}, and goes on.
 */
final class ReadAfterRun {
    /** How long a read is asked again that is answered 503. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration DELAY = Duration.ofSeconds(2);
    private static final int CLIENTS = 16;
    private static final JsonMapper JSON = new JsonMapper();

    private final LauncherOptions options;
    private final Path folder;
    private final int pairs;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int originPort = Ports.free();
    private final int queuePort = Ports.free();
    private final int gatewayPort = Ports.free();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger old = new AtomicInteger();
    private final AtomicInteger oldWithout = new AtomicInteger();
    private final Queue<Long> writes = new ConcurrentLinkedQueue<>();
    private final Queue<Long> reads = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> statuses = new TreeMap<>();

    /**
     * What came of it.
     *
     * @param old reads with {@code readAfter} that did not show what was written
     * @param oldWithout the same without it: the delay is at work
     * @param delayMillis from a delivery to the first new answer without {@code readAfter}, at the end
     */
    record Report(
            int pairs,
            int old,
            int oldWithout,
            Percentiles write,
            Percentiles read,
            Map<String, Integer> statuses,
            long delayMillis) {}

    /**
     * Prepares a run.
     *
     * @param folder for logs
     */
    ReadAfterRun(LauncherOptions options, Path folder, int pairs) {
        this.options = options;
        this.folder = folder;
        this.pairs = pairs;
    }

    Report run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var listener = new ProxiedListener(Ports.free(), Ports.free());
        Kafka kafka = Kafka.create(
                BackendOptions.named("kafka").withMode(BackendMode.EMBEDDED).withProxiedListener(listener));
        Redis eu = Redis.create(BackendOptions.named("redis-eu").withMode(BackendMode.EMBEDDED));
        Redis us = Redis.create(BackendOptions.named("redis-us").withMode(BackendMode.EMBEDDED));
        try (kafka;
                eu;
                us;
                var proxy = new TcpProxy(listener.proxyPort(), listener.port())) {
            Backends.startAll(List.of(kafka, eu, us));
            List<JavaProcess> processes = List.of(origin(), queue(kafka, eu), gateway(listener, us));
            try {
                processes.forEach(JavaProcess::start);
                for (JavaProcess process : processes) {
                    process.awaitUp();
                }
                proxy.delayAnswersTo("consumer-", DELAY);
                pairs();
                return new Report(
                        reads.size(),
                        old.get(),
                        oldWithout.get(),
                        Percentiles.of(List.copyOf(writes)),
                        Percentiles.of(List.copyOf(reads)),
                        statuses,
                        delayMillis());
            } finally {
                processes.forEach(JavaProcess::close);
            }
        }
    }

    private void pairs() throws InterruptedException {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                String id = "pair-" + c;
                running.add(clients.submit(() -> {
                    for (int n = started.getAndIncrement(); n < pairs; n = started.getAndIncrement()) {
                        pair(id, "name-" + n + '.');
                    }
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } catch (ExecutionException failure) {
            throw new PartFailedException("a client gave up: " + failure.getCause(), failure);
        }
    }

    private void pair(String id, String name) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        String readAfter = write(id, name);
        long written = System.nanoTime();
        if (!read(id).body().contains(name)) {
            oldWithout.incrementAndGet();
        }
        long asked = System.nanoTime();
        HttpResponse<String> read = read(id, "Edge-Read-After", readAfter);
        reads.add((System.nanoTime() - asked) / 1_000_000);
        writes.add((written - begin) / 1_000_000);
        if (!read.body().contains(name)) {
            old.incrementAndGet();
        }
        synchronized (statuses) {
            statuses.merge(read.headers().firstValue("X-Cache-Status").orElse("none"), 1, Integer::sum);
        }
    }

    private long delayMillis() throws IOException, InterruptedException {
        read("the-delay");
        write("the-delay", "changed.");
        long begin = System.nanoTime();
        while (!read("the-delay").body().contains("changed.")) {
            Thread.sleep(Duration.ofMillis(20));
        }
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    /** Answers {@code readAfter}. */
    private String write(String id, String name) throws IOException, InterruptedException {
        String body = "{\"type\":\"product.update\",\"data\":{\"id\":\"" + id + "\",\"name\":\"" + name + "\"}}";
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + queuePort + "/v1/writes"))
                .timeout(Duration.ofSeconds(70))
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=60")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode status = JSON.readTree(answer.body());
        if (!status.path("status").asString("").equals("delivered")) {
            throw new PartFailedException("a write was answered with " + answer.statusCode() + ' ' + answer.body());
        }
        return status.path("readAfter").asString();
    }

    private HttpResponse<String> read(String id, String... fields) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gatewayPort + "/api/products/" + id))
                .timeout(Duration.ofSeconds(20));
        if (fields.length > 0) {
            request.headers(fields);
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (answer.statusCode() == 503
                && System.nanoTime() < end) { // no answer, so not an old one: asked again when it says
            synchronized (statuses) {
                statuses.merge("asked again", 1, Integer::sum);
            }
            Thread.sleep(Duration.ofSeconds(
                    answer.headers().firstValueAsLong("Retry-After").orElse(1)));
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() != 200) {
            throw new PartFailedException("a read was answered with " + answer.statusCode() + ' ' + answer.body());
        }
        return answer;
    }

    private JavaProcess origin() {
        return service("origin-stub", originPort, List.of());
    }

    private JavaProcess queue(Kafka kafka, Redis redis) {
        return service(
                "write-queue-service",
                queuePort,
                List.of(
                        "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--spring.data.redis.url=" + redis.url(),
                        "--tidemark.origin=http://127.0.0.1:" + originPort));
    }

    private JavaProcess gateway(ProxiedListener listener, Redis redis) {
        return service(
                "gateway-service",
                gatewayPort,
                List.of(
                        "--spring.kafka.bootstrap-servers=127.0.0.1:" + listener.proxyPort(),
                        "--spring.data.redis.url=" + redis.url(),
                        "--tidemark.region=us",
                        "--tidemark.colo=us-1",
                        "--tidemark.policies.catalog.first-byte-timeout=15s", // a full machine is not what is tried
                        "--tidemark.origin=http://127.0.0.1:" + originPort));
    }

    private JavaProcess service(String module, int port, List<String> settings) {
        int management = Ports.free();
        List<String> arguments = new ArrayList<>(List.of(
                "-jar",
                options.jar(module).toString(),
                "--spring.profiles.active=local",
                "--server.port=" + port,
                "--management.server.port=" + management,
                "--tidemark.management-port=" + management));
        arguments.addAll(settings);
        return new JavaProcess(
                module,
                "http://127.0.0.1:" + management + "/actuator/health/readiness",
                JavaProcess.QUICK_START,
                arguments,
                folder);
    }
}
