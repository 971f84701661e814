package io.tidemark.writequeue.torture;

import io.tidemark.local.backends.Backends;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three instances of the service, one origin, all real processes, a real Kafka and a real Redis. Clients send each write
 * until it is accepted, those of one key one after the other. Meanwhile one of the four processes is killed (SIGKILL) at
 * every interval at which all are up, and started again.
 */
final class Torture {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int INSTANCES = 3;

    private final Plan plan;
    private final Path folder;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
    private final Map<String, String> writeIds = new ConcurrentHashMap<>();
    private final List<Integer> ports = new ArrayList<>();
    private volatile boolean accepting = true;

    /**
     * What is done.
     *
     * @param writesPerKey accepted for each key
     * @param failures the share of the origin's calls that fail
     * @param poison whether the first key fails always
     * @param killEvery zero: nothing is killed
     */
    record Plan(int keys, int writesPerKey, double failures, boolean poison, Duration killEvery, Duration patience) {}

    /**
     * What came of it.
     *
     * @param lost accepted, but neither in effect nor a dead letter
     * @param outOfOrder effects that came after a later one of their key
     * @param overlaps two calls at once for one key
     * @param delivery from the sending of a write to its effect, but for the poisoned key
     */
    record Report(
            int accepted,
            int inEffect,
            int doubled,
            int deadLetters,
            Set<String> lost,
            int outOfOrder,
            int overlaps,
            int kills,
            Duration took,
            Percentiles delivery) {}

    record Percentiles(long p50, long p90, long p99, long max) {
        static Percentiles of(List<Long> millis) {
            List<Long> sorted = millis.stream().sorted().toList();
            return new Percentiles(at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
        }

        private static long at(List<Long> sorted, double share) {
            return sorted.isEmpty()
                    ? 0
                    : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share)));
        }
    }

    Torture(Plan plan, Path folder) {
        this.plan = plan;
        this.folder = folder;
    }

    Report run() throws Exception {
        long start = System.nanoTime();
        Path effects = folder.resolve("effects");
        try (Backends backends = Backends.start(1)) {
            List<Child> children = children(backends, effects);
            Thread killer = Thread.ofPlatform().name("killer").unstarted(() -> {});
            try {
                children.forEach(Child::start);
                for (Child child : children) {
                    child.awaitUp(Duration.ofMinutes(5));
                }
                Killer kills = new Killer(children);
                killer = Thread.ofPlatform().name("killer").start(kills);
                accept();
                accepting = false;
                killer.interrupt();
                killer.join();
                for (Child child : children) {
                    child.awaitUp(Duration.ofMinutes(5));
                }
                Set<String> dead = awaitEnd(effects);
                return report(effects, dead, kills.count.get(), Duration.ofNanos(System.nanoTime() - start));
            } finally {
                killer.interrupt();
                killer.join();
                children.forEach(Child::close);
            }
        }
    }

    private List<Child> children(Backends backends, Path effects) throws IOException {
        List<Child> children = new ArrayList<>();
        int originPort = freePort();
        children.add(new Child(
                "origin",
                TortureOrigin.class,
                URI.create("http://127.0.0.1:" + originPort + "/up"),
                folder,
                List.of(Integer.toString(originPort), effects.toString(), Double.toString(plan.failures()))));
        for (int i = 0; i < INSTANCES; i++) {
            int port = freePort();
            int management = freePort();
            ports.add(port);
            children.add(new Child(
                    "instance-" + i,
                    TortureService.class,
                    URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness"),
                    folder,
                    List.of(
                            "--server.port=" + port,
                            "--management.server.port=" + management,
                            "--spring.kafka.bootstrap-servers="
                                    + backends.kafka().bootstrapServers(),
                            "--spring.data.redis.url=" + backends.redis(0).url(),
                            "--tidemark.writes.delivery.session-timeout=8s",
                            "--tidemark.writes.delivery.retry.base=20ms",
                            "--tidemark.writes.delivery.retry.max=600ms",
                            "--tidemark.writes.origins.torture.url=http://127.0.0.1:" + originPort,
                            "--tidemark.writes.origins.torture.timeout=2s",
                            "--tidemark.writes.types.tortured.origin=torture",
                            "--tidemark.writes.types.tortured.path=/{key}",
                            "--tidemark.writes.types.tortured.ordering-key={key}")));
        }
        return children;
    }

    private void accept() throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int k = 0; k < plan.keys(); k++) {
                String key = plan.poison() && k == 0 ? "poison" : "key-" + k;
                running.add(clients.submit(() -> {
                    for (int n = 0; n < plan.writesPerKey(); n++) {
                        accept(key, n);
                    }
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
    }

    /** Sends one write, to any instance, until one says 202. */
    private void accept(String key, int n) throws InterruptedException {
        String idempotencyKey = key + '.' + n;
        String body = "{\"type\":\"tortured\",\"data\":{\"key\":\"" + key + "\",\"n\":" + n + "}}";
        sentAt.put(idempotencyKey, System.currentTimeMillis());
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (System.nanoTime() < deadline) {
            int port = ports.get(ThreadLocalRandom.current().nextInt(ports.size()));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/writes"))
                    .timeout(Duration.ofSeconds(15))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", idempotencyKey)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 202) {
                    writeIds.put(
                            idempotencyKey,
                            JSON.readTree(answer.body()).path("writeId").asString());
                    return;
                }
                if (answer.statusCode() != 503 && answer.statusCode() != 409) {
                    throw new AssertionError(idempotencyKey + ": " + answer.statusCode() + ' ' + answer.body());
                }
            } catch (IOException killed) {
                // another instance, or this one again
            }
            Thread.sleep(ThreadLocalRandom.current().nextLong(50, 300));
        }
        throw new AssertionError(idempotencyKey + " is not accepted");
    }

    /** Kills one process at each interval at which all are up, and starts it again at once. */
    private final class Killer implements Runnable {
        private final List<Child> children;
        private final AtomicInteger count = new AtomicInteger();

        Killer(List<Child> children) {
            this.children = children;
        }

        @Override
        public void run() {
            if (plan.killEvery().isZero()) {
                return;
            }
            try {
                while (accepting) {
                    Thread.sleep(plan.killEvery());
                    if (!children.stream().allMatch(Child::isUp)) {
                        continue; // the last victim is starting still
                    }
                    Child victim = children.get(ThreadLocalRandom.current().nextInt(children.size()));
                    victim.kill();
                    count.incrementAndGet();
                    victim.start();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until nothing is on its way any more; answers the dead letters' idempotency keys. */
    private Set<String> awaitEnd(Path effects) throws Exception {
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (true) {
            Set<String> open = new TreeSet<>(sentAt.keySet());
            Set<String> dead = deadLetters();
            open.removeAll(dead);
            lines(effects).stream().map(line -> line[0]).forEach(open::remove);
            if (open.isEmpty() || System.nanoTime() > deadline) {
                return dead;
            }
            Thread.sleep(500);
        }
    }

    private Set<String> deadLetters() throws InterruptedException {
        Set<String> dead = new TreeSet<>();
        String next = "";
        while (true) {
            try {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + ports.getFirst() + "/v1/dead-letters?limit=500" + next))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                JsonNode page = JSON.readTree(answer.body());
                page.path("deadLetters")
                        .forEach(
                                letter -> dead.add(letter.path("idempotencyKey").asString()));
                if (!page.has("next")) {
                    return dead;
                }
                next = "&cursor=" + page.path("next").asString();
            } catch (IOException busy) {
                Thread.sleep(500);
            }
        }
    }

    private Report report(Path effects, Set<String> dead, int kills, Duration took) throws IOException {
        Map<String, Integer> lastOfKey = new HashMap<>();
        Map<String, Long> effectAt = new LinkedHashMap<>();
        int doubled = 0;
        int outOfOrder = 0;
        int overlaps = 0;
        for (String[] line : lines(effects)) {
            if (line[0].equals("OVERLAP")) {
                overlaps++;
                continue;
            }
            if (effectAt.put(line[0], Long.parseLong(line[2])) != null) {
                doubled++;
            }
            int n = Integer.parseInt(line[0].substring(line[0].lastIndexOf('.') + 1));
            Integer last = lastOfKey.put(line[1], n);
            if (last != null && last >= n) {
                outOfOrder++;
            }
        }
        Set<String> lost = new TreeSet<>(sentAt.keySet());
        lost.removeAll(dead);
        lost.removeAll(effectAt.keySet());
        List<Long> delivery = effectAt.entrySet().stream()
                .map(effect -> effect.getValue() - sentAt.getOrDefault(effect.getKey(), effect.getValue()))
                .toList();
        return new Report(
                writeIds.size(),
                effectAt.size(),
                doubled,
                dead.size(),
                lost,
                outOfOrder,
                overlaps,
                kills,
                took,
                Percentiles.of(delivery));
    }

    private static List<String[]> lines(Path effects) throws IOException {
        return Files.readAllLines(effects).stream()
                .map(line -> line.split(" "))
                .filter(line -> line.length == 3)
                .toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Duration seconds(String property, int otherwise) {
        return Duration.of(Integer.getInteger(property, otherwise), TimeUnit.SECONDS.toChronoUnit());
    }
}
