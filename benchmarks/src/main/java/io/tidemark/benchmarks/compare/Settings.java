package io.tidemark.benchmarks.compare;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one comparison is to do.
 *
 * @param rounds how often each server's turn comes in each scenario
 * @param warmUp how long a round of load is that is not counted
 * @param mostWarmUp how many such rounds there are at the most before a server's first turn in a scenario
 * @param measured load that is counted
 * @param connections of the load; an even spread over one thread of wrk
 * @param only names of scenarios, or all if empty
 * @param servers names of servers, or all if empty
 * @param gatewayJar the gateway
 * @param beforeJar another build of it to compare it with, or null
 * @param gatewayOptions options of its JVM
 * @param work configuration, logs and nginx's files; a memory file system if the machine has one
 * @param report where the table goes
 */
record Settings(
        int rounds,
        Duration warmUp,
        int mostWarmUp,
        Duration measured,
        int connections,
        Set<String> only,
        Set<String> servers,
        Path gatewayJar,
        @Nullable Path beforeJar,
        String gatewayOptions,
        Path work,
        Path report) {
    /** As in the image, with a heap for all that the scenarios store. */
    private static final String GATEWAY_OPTIONS =
            "-Xms1g -Xmx1g -XX:+UseSerialGC -XX:MaxTenuringThreshold=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData";

    static final String USAGE = """
        benchmarks/compare [--quick] [--rounds=N] [--seconds=N] [--connections=N] [--only=SCENARIO,…] [--servers=SERVER,…]
                           [--gateway-options="JVM options"] [--gateway-jar=FILE] [--before-jar=FILE]
        """;

    static Settings parse(String[] arguments) {
        boolean quick = Set.of(arguments).contains("--quick");
        int rounds = quick ? 1 : 3;
        int seconds = quick ? 1 : 3;
        int connections = 64;
        Set<String> only = Set.of();
        Set<String> servers = Set.of();
        String options = GATEWAY_OPTIONS;
        Path jar = Path.of("gateway-service/target/suite/gateway-service.jar");
        Path before = null;
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String value = argument.substring(equals + 1);
            switch (equals < 0 ? argument : argument.substring(0, equals)) {
                case "--quick" -> {}
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--connections" -> connections = Integer.parseInt(value);
                case "--only" -> only = Set.of(value.split(",", -1));
                case "--servers" -> servers = Set.of(value.split(",", -1));
                case "--gateway-options" -> options = GATEWAY_OPTIONS + ' ' + value;
                case "--gateway-jar" -> jar = Path.of(value);
                case "--before-jar" -> before = Path.of(value).toAbsolutePath();
                default -> throw new IllegalArgumentException("unknown: " + argument + "\n" + USAGE);
            }
        }
        known(
                "scenario",
                only,
                Stream.of(Scenario.values()).map(Scenario::label).toList());
        known(
                "server",
                servers,
                Stream.of(Contender.values()).map(Contender::label).toList());
        if (only.contains(Scenario.HALF_LOAD.label()) && !only.contains(Scenario.HIT_1K.label())) {
            throw new IllegalArgumentException("half-load needs hit-1k in the same run: half of what is known there");
        }
        Path memory = Path.of("/dev/shm");
        Path folder = memory.toFile().canWrite() ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        return new Settings(
                rounds,
                Duration.ofSeconds(quick ? 1 : 2),
                quick ? 3 : 30,
                Duration.ofSeconds(seconds),
                connections,
                only,
                servers,
                jar.toAbsolutePath(),
                before,
                options,
                folder.resolve("tidemark-compare-" + ProcessHandle.current().pid()),
                Path.of("benchmarks/target/compare").toAbsolutePath());
    }

    private static void known(String what, Set<String> named, List<String> all) {
        for (String name : named) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException(
                        "no " + what + " \"" + name + "\": there are " + String.join(", ", all));
            }
        }
    }

    boolean wants(Scenario scenario) {
        return only.isEmpty() || only.contains(scenario.label());
    }

    boolean wants(Contender contender) {
        return contender == Contender.GATEWAY_BEFORE
                ? beforeJar != null
                : servers.isEmpty() || servers.contains(contender.label());
    }
}
