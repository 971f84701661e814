package io.tidemark.local.suite.writes;

import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Folders;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.suite.figures.Percentiles;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.ProcessorTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code ./run acceptance}: what it costs to accept a write with {@code acks=all}, on a Kafka and a Redis of its own, on
 * this machine. Twice: with an origin that is down, so that accepting is all that is done, and with one that takes the
 * writes at once. Each at full speed from 64 clients, and at half of that speed for the latency. Load, service, Kafka and
 * Redis share the machine's processors.
 */
public final class AcceptanceFigures {
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("acceptance.warm-up", 20));
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("acceptance.seconds", 20));

    private AcceptanceFigures() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        Folders.delete(options.work());
        Files.createDirectories(options.work());
        System.out.println(
                "| origin | load | accepted/s | p50 / p90 / p99 / max ms | CPU µs per write: service | Kafka | Redis"
                        + " |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|");
        scenario("down", false, options);
        scenario("takes each at once", true, options);
        System.exit(0);
    }

    private static void scenario(String name, boolean originUp, LauncherOptions options)
            throws IOException, InterruptedException {
        Path folder = options.work().resolve(originUp ? "up" : "down");
        Files.createDirectories(folder);
        try (Backends backends = Backends.start(1)) {
            int originPort = Ports.free();
            int port = Ports.free();
            try (JavaProcess origin = origin(originPort, folder);
                    JavaProcess queue = queue(backends, port, originPort, options, folder)) {
                if (originUp) {
                    origin.start();
                    origin.awaitUp();
                }
                queue.start();
                queue.awaitUp();
                var load = new AcceptanceLoad(port);
                load.run(0, WARM_UP);
                List<Long> pids = new ArrayList<>(List.of(queue.pid()));
                pids.add(pid(backends.kafka().process()));
                pids.add(pid(backends.redis(0).process()));
                double full = measure(name, "64 clients", load, 0, pids);
                measure(name, "half of it", load, full / 2, pids);
            }
        }
    }

    private static JavaProcess origin(int port, Path folder) {
        return new JavaProcess(
                "origin",
                "http://127.0.0.1:" + port + "/up",
                List.of(),
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        QuickOrigin.class.getName(),
                        Integer.toString(port)),
                folder);
    }

    private static JavaProcess queue(
            Backends backends, int port, int originPort, LauncherOptions options, Path folder) {
        int management = Ports.free();
        return new JavaProcess(
                "write-queue",
                "http://127.0.0.1:" + management + "/actuator/health/readiness",
                List.of(),
                List.of(
                        "-jar",
                        options.jar("write-queue-service").toString(),
                        "--server.port=" + port,
                        "--management.server.port=" + management,
                        "--spring.kafka.bootstrap-servers=" + backends.kafka().bootstrapServers(),
                        "--spring.data.redis.url=" + backends.redis(0).url(),
                        "--tidemark.writes.origins.measured.url=http://127.0.0.1:" + originPort,
                        "--tidemark.writes.types.measured.origin=measured",
                        "--tidemark.writes.types.measured.path=/{key}",
                        "--tidemark.writes.types.measured.max-depth=10000000",
                        "--tidemark.writes.quotas.client-waiting=10000000",
                        "--tidemark.writes.types.measured.ordering-key={key}"),
                folder);
    }

    private static double measure(String scenario, String name, AcceptanceLoad load, double rate, List<Long> pids)
            throws IOException, InterruptedException {
        List<Long> before = new ArrayList<>();
        for (long pid : pids) {
            before.add(ProcessorTime.micros(pid));
        }
        AcceptanceLoad.Result result = load.run(rate, MEASURED);
        StringBuilder cpu = new StringBuilder();
        for (int i = 0; i < pids.size(); i++) {
            long used = ProcessorTime.micros(pids.get(i)) - before.get(i);
            cpu.append(
                    pids.get(i) == 0
                            ? " - |"
                            : String.format(Locale.ROOT, " %d |", used / Math.max(1, result.accepted())));
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.0f | %s |%s%n",
                scenario,
                name,
                result.perSecond(),
                Percentiles.of(result.micros()).text(1000),
                cpu);
        if (result.refused() > 0) {
            System.out.println(result.refused() + " were not accepted");
        }
        return result.perSecond();
    }

    /** 0 for a container. */
    private static long pid(String process) {
        return process.startsWith("pid ") ? Long.parseLong(process.substring("pid ".length())) : 0;
    }
}
