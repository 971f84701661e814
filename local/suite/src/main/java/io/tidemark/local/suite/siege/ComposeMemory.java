package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.launcher.LauncherOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docker/start} tells the JVM of a service in the memory that {@code docker-compose.yml} allows it, and the image. */
final class ComposeMemory {
    private static final int MIB_SHIFT = 20;
    private static final long LEAST_REST = 96L << MIB_SHIFT;
    private static final long ALL_ELSE = 160L << MIB_SHIFT;

    private ComposeMemory() {}

    /** Options that take the place of those of the suite. */
    static List<String> options(LauncherOptions options, String service) {
        long limit = limit(options, service);
        long rest = Math.max(LEAST_REST, limit - ALL_ELSE - limit / 32);
        long heap = Math.min(rest - rest / 8, limit / 100 * 60);
        return List.of(
                "-Xmx" + (heap >> 10) + "k",
                "-XX:MaxDirectMemorySize=" + ((rest / 8) >> 10) + "k",
                "-XX:MaxTenuringThreshold=1",
                "-XX:TieredStopAtLevel=4");
    }

    /** Bytes. */
    static long limit(LauncherOptions options, String service) {
        try {
            String compose = Files.readString(options.root().resolve("docker-compose.yml"));
            Matcher limit = Pattern.compile("\n  " + service + ":\n(?:   .*\n|\n)*?    mem_limit: (\\d+)m")
                    .matcher(compose);
            if (!limit.find()) {
                throw new IllegalStateException("docker-compose.yml has no mem_limit for " + service);
            }
            return Long.parseLong(limit.group(1)) << MIB_SHIFT;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
