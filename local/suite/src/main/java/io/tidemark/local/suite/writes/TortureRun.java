package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.Ports;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.Killer;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run: three instances of the write queue and one origin, all processes, a Kafka and a Redis of its own. Clients
 * write; meanwhile one of the four is killed at each interval. Then everything that was accepted is looked for.
 */
final class TortureRun {
    private static final int INSTANCES = 3;
    private static final JsonMapper JSON = new JsonMapper();

    private final Plan plan;
    private final Path jar;
    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /**
     * Prepares a run.
     *
     * @param jar of the write queue
     * @param folder for logs and for the origin's file
     */
    TortureRun(Plan plan, Path jar, Path folder) {
        this.plan = plan;
        this.jar = jar;
        this.folder = folder;
    }

    Report run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path effects = folder.resolve("effects");
        Consumer<String> said = System.out::println;
        try (Stores stores = Stores.start(plan, folder, said)) {
            List<JavaProcess> victims = victims(stores, effects);
            try (var killer = new Killer(victims, plan.killEvery(), plan.seed())) {
                victims.forEach(JavaProcess::start);
                awaitUp(victims);
                long begin = System.nanoTime();
                var writers = new Writers(plan, ports);
                killer.start();
                stores.hurt();
                writers.run();
                killer.close();
                stores.heal();
                awaitUp(victims);
                Set<String> dead = awaitEnd(writers.sentAt().keySet(), effects);
                return Report.of(
                        plan,
                        writers.sentAt(),
                        writers.refusals(),
                        Effects.read(effects),
                        dead,
                        killer.kills(),
                        Duration.ofNanos(System.nanoTime() - begin));
            } finally {
                victims.forEach(JavaProcess::close);
            }
        }
    }

    private static void awaitUp(List<JavaProcess> victims) throws InterruptedException {
        for (JavaProcess victim : victims) {
            victim.awaitUp();
        }
    }

    private List<JavaProcess> victims(Stores stores, Path effects) {
        List<JavaProcess> victims = new ArrayList<>();
        int originPort = Ports.free();
        victims.add(victim(
                "origin",
                "http://127.0.0.1:" + originPort + "/up",
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        TortureOrigin.class.getName(),
                        Integer.toString(originPort),
                        effects.toString(),
                        Double.toString(plan.failures()))));
        for (int i = 0; i < INSTANCES; i++) {
            int port = Ports.free();
            int management = Ports.free();
            ports.add(port);
            String name = "write-queue-" + i;
            List<String> arguments = new ArrayList<>(List.of(
                    "-jar",
                    jar.toString(),
                    "--server.port=" + port,
                    "--management.server.port=" + management,
                    "--tidemark.writes.delivery.instance-id=" + name,
                    "--tidemark.writes.delivery.session-timeout=15s",
                    "--tidemark.writes.delivery.retry.base=20ms",
                    "--tidemark.writes.delivery.retry.max=600ms",
                    "--tidemark.writes.delivery.breaker.open-for=100ms",
                    "--tidemark.writes.origins.torture.url=http://127.0.0.1:" + originPort,
                    "--tidemark.writes.origins.torture.timeout=2s",
                    "--tidemark.writes.types.tortured.origin=torture",
                    "--tidemark.writes.types.tortured.path=/{key}",
                    "--tidemark.writes.types.tortured.ordering-key={key}"));
            arguments.addAll(stores.arguments());
            victims.add(victim(name, "http://127.0.0.1:" + management + "/actuator/health/readiness", arguments));
        }
        return victims;
    }

    private JavaProcess victim(String name, String up, List<String> arguments) {
        return new JavaProcess(name, up, JavaProcess.QUICK_START, arguments, folder);
    }

    /** Waits until nothing is on its way any more; answers the dead letters' idempotency keys. */
    private Set<String> awaitEnd(Set<String> accepted, Path effects) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (true) {
            Set<String> open = new TreeSet<>(accepted);
            Set<String> dead = deadLetters();
            open.removeAll(dead);
            open.removeAll(Effects.read(effects).keys());
            if (open.isEmpty() || System.nanoTime() > deadline) {
                return dead;
            }
            Thread.sleep(Duration.ofMillis(500));
        }
    }

    private Set<String> deadLetters() throws InterruptedException {
        Set<String> dead = new TreeSet<>();
        String cursor = "";
        while (true) {
            try {
                URI uri = URI.create("http://127.0.0.1:" + ports.getFirst() + "/v1/dead-letters?limit=500" + cursor);
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(20))
                        .build();
                JsonNode page = JSON.readTree(
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body());
                for (JsonNode letter : page.path("deadLetters")) {
                    dead.add(letter.path("idempotencyKey").asString());
                }
                if (!page.has("next")) {
                    return dead;
                }
                cursor = "&cursor=" + page.path("next").asString();
            } catch (IOException busy) {
                Thread.sleep(Duration.ofMillis(500));
            }
        }
    }
}
