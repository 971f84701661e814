package io.tidemark.benchmarks.compare;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs all servers and all scenarios in turn on this machine and prints a table. Installs nothing, listens on 127.0.0.1
 * only, ends after {@link #LONGEST} at the latest, leaves no process.
 */
public final class Compare {
    private static final Duration LONGEST = Duration.ofMinutes(25);
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);
    private static final int HALF_LOAD_CONNECTIONS = 256;

    private final Settings settings;
    private final Set<Contender> contenders;
    private final Map<Contender, Server> servers = new EnumMap<>(Contender.class);
    private final Report report = new Report();
    private final Probe probe;
    private final Wrk wrk;
    private final Server origin;

    private Compare(Settings settings, Set<Contender> contenders, Probe probe, Wrk wrk, Server origin) {
        this.settings = settings;
        this.contenders = contenders;
        this.probe = probe;
        this.wrk = wrk;
        this.origin = origin;
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings;
        try {
            settings = Settings.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        withOrigin(settings, Compare::run);
        System.exit(0);
    }

    /** What is done with an origin, a load and single requests. */
    @FunctionalInterface
    interface Part {
        void run(Settings settings, Server origin, Wrk wrk, Probe probe) throws IOException, InterruptedException;
    }

    /** Runs a part, for {@link #LONGEST} at the most, and cleans up after it. Ends the process if this machine cannot. */
    static void withOrigin(Settings settings, Part part) throws IOException, InterruptedException {
        String wrk = Contender.path("wrk");
        if (wrk.isEmpty() || !Files.exists(Path.of("/proc/stat"))) {
            System.err.println(
                    wrk.isEmpty() ? "wrk is not installed: nothing can be measured" : "this needs Linux: no /proc");
            System.exit(1);
        }
        endAfter(LONGEST);
        Files.createDirectories(settings.work());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(settings.work())));
        Path script = settings.work().resolve("load.lua");
        try (InputStream resource = Compare.class.getResourceAsStream("/compare/load.lua")) {
            Files.copy(Objects.requireNonNull(resource), script);
        }
        try (Probe probe = new Probe();
                Server origin = startOrigin(settings)) {
            part.run(settings, origin, new Wrk(wrk, script, settings.work()), probe);
        }
    }

    private static void run(Settings settings, Server origin, Wrk wrk, Probe probe)
            throws IOException, InterruptedException {
        Set<Contender> present = present(settings);
        @Nullable Redis redis = null;
        Compare compare = new Compare(settings, present, probe, wrk, origin);
        try {
            if (present.contains(Contender.GATEWAY_SHARED)) {
                redis = Redis.create(BackendOptions.named("redis").withMode(BackendMode.EMBEDDED));
                redis.start();
            }
            for (Contender contender : present) {
                compare.servers.put(contender, contender.start(settings, origin, redis == null ? "" : redis.url()));
            }
            String head = Machine.describe(settings);
            System.out.println(head);
            compare.all();
            System.out.println(compare.report.markdown());
            compare.report.write(settings.report(), head);
            System.out.println("written to " + settings.report());
        } finally {
            compare.servers.values().forEach(Server::close);
            if (redis != null) {
                redis.close();
            }
        }
    }

    /** Those that are asked for and installed; says which are not. */
    private static Set<Contender> present(Settings settings) {
        Set<Contender> wanted = Stream.of(Scenario.values())
                .filter(settings::wants)
                .flatMap(scenario -> scenario.contenders().stream())
                .filter(settings::wants)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Contender.class)));
        wanted.removeIf(contender -> {
            String missing = contender.missing(settings);
            if (!missing.isEmpty()) {
                System.out.println("left out: " + contender.label() + ": " + missing);
            }
            return !missing.isEmpty();
        });
        return wanted;
    }

    private static Server startOrigin(Settings settings) throws InterruptedException {
        int port = Ports.free();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-classpath",
                System.getProperty("java.class.path"),
                Origin.class.getName(),
                Integer.toString(port));
        return Server.start("origin", port, command, settings.work());
    }

    private void all() throws IOException, InterruptedException {
        for (Scenario scenario : Scenario.values()) {
            if (!settings.wants(scenario)) {
                continue;
            }
            if (scenario == Scenario.IDLE && Machine.openFilesLimit() < IdleConnections.COUNT + 1000) {
                System.out.println("left out: idle: ulimit -n is " + Machine.openFilesLimit());
                continue;
            }
            List<Contender> taking =
                    scenario.contenders().stream().filter(contenders::contains).toList();
            for (Contender contender : taking) {
                Server server = server(contender);
                probe.purge(server, scenario.purges());
                probe.fill(server, scenario.paths());
                if (!scenario.isMiss()) {
                    probe.check(server, scenario);
                }
                settle(scenario, contender);
            }
            for (int round = 0; round < settings.rounds(); round++) {
                for (Contender contender : taking) {
                    measure(scenario, contender, round);
                }
            }
        }
    }

    /** Loads a server until its processor time per request no longer changes; all of them alike, compiled or not. */
    private void settle(Scenario scenario, Contender contender) throws InterruptedException {
        Server server = server(contender);
        WarmUp warmUp = new WarmUp(settings.mostWarmUp());
        do {
            List<String> arguments = arguments(scenario, contender.label() + "-settle" + warmUp.rounds());
            Use before = Use.now(server, origin);
            Wrk.Result result = wrk.run(server, arguments, connections(scenario), settings.warmUp());
            Use used = Use.now(server, origin).since(before);
            warmUp.add(used.cpuMicros() / Math.max(1, result.requests()));
            rest(server);
        } while (warmUp.goesOn());
        report.add(scenario, contender, warmUp);
        System.out.println(scenario.label() + "," + contender.label() + ",warm-up: " + warmUp);
    }

    /** Waits until a server is idle, {@link #LONGEST_REST} at the most: under load a JVM's compilers do not get far. */
    private static void rest(Server server) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_REST.toNanos();
        long before = ProcessTimes.ticksOfTree(server.pid());
        while (System.nanoTime() < end) {
            Thread.sleep(200);
            long now = ProcessTimes.ticksOfTree(server.pid());
            if (now - before <= 1) {
                return;
            }
            before = now;
        }
    }

    private int connections(Scenario scenario) {
        return scenario == Scenario.HALF_LOAD ? HALF_LOAD_CONNECTIONS : settings.connections();
    }

    private List<String> arguments(Scenario scenario, String run) {
        if (scenario != Scenario.HALF_LOAD) {
            return scenario.arguments(run, 0);
        }
        OptionalDouble rate = report.halfOfSlowest();
        if (rate.isEmpty()) {
            throw new IllegalArgumentException("half-load needs hit-1k in the same run");
        }
        return scenario.arguments(run, (int) Math.round(1000.0 * HALF_LOAD_CONNECTIONS / rate.getAsDouble()));
    }

    private void measure(Scenario scenario, Contender contender, int round) throws IOException, InterruptedException {
        Server server = server(contender);
        int connections = connections(scenario);
        String run = contender.label() + round;
        try (@Nullable
                IdleConnections idle = scenario == Scenario.IDLE
                        ? IdleConnections.open(server, scenario.paths().getFirst())
                        : null) {
            wrk.run(server, arguments(scenario, run + "w"), connections, settings.warmUp());
            long calls = probe.calls(origin);
            Use before = Use.now(server, origin);
            Wrk.Result result = wrk.run(server, arguments(scenario, run + "m"), connections, settings.measured());
            Use used = Use.now(server, origin).since(before);
            if (result.requests() == 0) {
                System.out.println(scenario.label() + "," + contender.label() + ": no answer in this round");
                return;
            }
            double requests = result.requests();
            long closed = idle == null ? 0 : idle.closedByServer();
            Measurement measurement = new Measurement(
                    scenario,
                    contender,
                    requests * 1e6 / result.micros(),
                    result.p50Micros() / 1e3,
                    result.p99Micros() / 1e3,
                    used.cpuMicros() / requests,
                    ProcessTimes.residentKibOfTree(server.pid()) / 1024.0,
                    (probe.calls(origin) - calls) / requests,
                    Math.max(0, used.others() * (double) ProcessTimes.MICROS_PER_TICK * 1000 / used.nanos()),
                    result.bad() + closed);
            report.add(measurement);
            System.out.println(measurement.csv());
        }
    }

    /** Processor time used so far, in ticks, and the time it is. */
    private record Use(long server, long others, long nanos) {
        static Use now(Server server, Server origin) {
            long ofServer = ProcessTimes.ticksOfTree(server.pid());
            long own = ofServer + ProcessTimes.ticksOfTree(origin.pid()) + ProcessTimes.ticksOfThisAndEnded();
            return new Use(ofServer, ProcessTimes.busyTicksOfMachine() - own, System.nanoTime());
        }

        double cpuMicros() {
            return server * (double) ProcessTimes.MICROS_PER_TICK;
        }

        Use since(Use earlier) {
            return new Use(server - earlier.server, others - earlier.others, nanos - earlier.nanos);
        }
    }

    private Server server(Contender contender) {
        return Objects.requireNonNull(servers.get(contender));
    }

    private static void endAfter(Duration limit) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(limit);
                System.err.println("not done after " + limit + ": giving up");
                Runtime.getRuntime().halt(3); // what was started ends with this JVM
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("left behind: " + folder + ": " + e.getMessage());
        }
    }
}
