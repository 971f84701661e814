package io.tidemark.benchmarks.startup;

import io.tidemark.local.backends.ChildProcess;
import io.tidemark.local.backends.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Time from the start of the process until its readiness probe says so, of the standalone gateway: as one jar, unpacked
 * as in the image, and unpacked with an AOT cache (JEP 483, 514, 515) made as in the image. The ways take turns.
 */
public final class Startup {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String java =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private final List<String> common;
    private final Path work;
    private int runs;

    private Startup(String options, Path work) {
        this.common = List.of(options.split(" ", -1));
        this.work = work;
    }

    /** Arguments: how many runs of each (5), options of all JVMs. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        String options = arguments.length > 1
                ? arguments[1]
                : "-Xmx256m -XX:+UseSerialGC -XX:MaxTenuringThreshold=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData";
        Path work = Files.createDirectories(Path.of("benchmarks/target/startup").toAbsolutePath());
        Path jar = Path.of("gateway-service/target/gateway-service.jar").toAbsolutePath();
        new Startup(options, work).compare(jar, rounds);
    }

    private void compare(Path jar, int rounds) throws IOException, InterruptedException {
        Path unpacked = work.resolve("unpacked");
        finish(
                "unpack",
                List.of(
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--force",
                        "--destination",
                        unpacked.toString()));
        Path small = unpacked.resolve("gateway-service.jar");
        Path cache = work.resolve("gateway.aot");
        Files.deleteIfExists(cache);
        long begin = System.nanoTime();
        finish(
                "training",
                List.of(
                        "-XX:AOTCacheOutput=" + cache,
                        "-Dspring.context.exit=onRefresh",
                        "-Dspring.kafka.admin.auto-create=false",
                        "-jar",
                        small.toString()));
        System.out.printf(
                Locale.ROOT,
                "AOT cache: %.1f MiB, made in %.1f s%n",
                Files.size(cache) / 1048576.0,
                (System.nanoTime() - begin) / 1e9);
        Map<String, List<String>> ways = new LinkedHashMap<>();
        ways.put("one jar", List.of("-jar", jar.toString()));
        ways.put("unpacked", List.of("-jar", small.toString()));
        ways.put("unpacked, AOT cache", List.of("-XX:AOTCache=" + cache, "-jar", small.toString()));
        ways.put(
                "unpacked, AOT cache, C1 only",
                List.of("-XX:TieredStopAtLevel=1", "-XX:AOTCache=" + cache, "-jar", small.toString()));
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (var way : ways.entrySet()) {
                seconds.computeIfAbsent(way.getKey(), _ -> new ArrayList<>()).add(run(way.getValue()));
            }
        }
        System.out.println("| way | s until ready, median | lowest | highest |\n|---|---:|---:|---:|");
        seconds.forEach((way, all) -> {
            double[] sorted =
                    all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f |%n",
                    way,
                    sorted[sorted.length / 2],
                    sorted[0],
                    sorted[sorted.length - 1]);
        });
    }

    /** Starts the gateway, waits until it is ready, ends it; the seconds until then. */
    private double run(List<String> how) throws InterruptedException {
        int management = Ports.free();
        List<String> options = new ArrayList<>(how);
        options.addAll(List.of(
                "--spring.profiles.active=standalone",
                "--server.port=" + Ports.free(),
                "--management.server.port=" + management,
                "--tidemark.origin=http://127.0.0.1:9"));
        long begin = System.nanoTime();
        ChildProcess process = start("gateway-" + runs++, options);
        try {
            while (!isReady(management)) {
                if (!process.isAlive() || System.nanoTime() - begin > LIMIT.toNanos()) {
                    throw new IllegalStateException("not ready:\n" + process.lastLogLines(15));
                }
                Thread.sleep(10);
            }
            return (System.nanoTime() - begin) / 1e9;
        } finally {
            process.stop(LIMIT);
        }
    }

    private void finish(String name, List<String> options) throws InterruptedException {
        ChildProcess process = start(name, options);
        while (process.isAlive()) {
            Thread.sleep(50);
        }
        if (process.onExit().join() != 0) {
            throw new IllegalStateException(name + ":\n" + process.lastLogLines(15));
        }
    }

    private ChildProcess start(String name, List<String> options) {
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(common);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        return ChildProcess.start(name, command, Map.of(), work.resolve(name + ".log"));
    }

    private static boolean isReady(int management) throws InterruptedException {
        URI readiness = URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness");
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(readiness)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
