package io.tidemark.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What the figures were made on and with. */
final class Machine {
    private Machine() {}

    static String describe(Settings settings) throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
        return String.format(
                Locale.ROOT,
                "%s, %d × %s, Linux %s, load average %s%nJava %s, %s, %s; gateway's JVM: %s%n%d rounds of %d s each"
                        + " after %d s of warm-up, wrk with 1 thread and %d connections on the same machine%n",
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                model,
                System.getProperty("os.version"),
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                Runtime.version(),
                version(Contender.NGINX, "nginx", "-v"),
                version(Contender.VARNISH, "varnishd", "-V"),
                settings.gatewayOptions(),
                settings.rounds(),
                settings.measured().toSeconds(),
                settings.warmUp().toSeconds(),
                settings.connections());
    }

    private static String version(Contender contender, String command, String flag) throws IOException {
        String path = Contender.path(command);
        if (path.isEmpty()) {
            return "no " + contender.label();
        }
        Process asked = new ProcessBuilder(path, flag).redirectErrorStream(true).start();
        try (var lines = asked.inputReader()) {
            String line = lines.readLine();
            return line == null
                    ? command
                    : line.replaceAll(".*\\((varnish-[^ ]+).*", "$1").replace("nginx version: ", "");
        }
    }

    /** How many files a process here may open. */
    static long openFilesLimit() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring(26).trim().split(" +", 2)[0])
                .mapToLong(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(0);
    }
}
