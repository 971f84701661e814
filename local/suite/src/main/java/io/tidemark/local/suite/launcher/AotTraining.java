package io.tidemark.local.suite.launcher;

import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@code ./run aot}: makes the AOT cache of each service, beside its jar, from a run of the suite: each starts, serves a few
 * requests and ends. Exit status 1: the suite did not work, or a cache was not made.
 */
public final class AotTraining {
    private static final List<String> MODULES =
            List.of("origin-stub", "invalidation-service", "write-queue-service", "gateway-service");
    private static final Duration WORKS_WITHIN = Duration.ofSeconds(60);
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(3);

    private AotTraining() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        SuiteParts parts = SuiteParts.create(options, Wiring.DIRECT, AotTraining::program);
        TakenPorts.exitIfAny(parts.all(), progress);
        options.emptyFolders();
        boolean made = false;
        try {
            Suite.startAll(parts.backends());
            Suite.startAll(parts.services());
            progress.say("everything answers");
            made = serves() && areWritten(parts, options, progress);
        } catch (PartFailedException e) {
            progress.say(String.valueOf(e.getMessage()));
        } finally {
            parts.services().forEach(Part::stop);
            parts.backends().reversed().forEach(Part::stop);
        }
        progress.plain(made ? "from now on ./run uses them, until a service's jar is a newer one" : "FAILED");
        System.exit(made ? 0 : 1);
    }

    /** The second gateway runs what the first one is trained with. */
    private static List<String> program(String name, Path jar) {
        return name.equals("gateway-us-1") ? List.of("-jar", jar.toString()) : AotCache.make(jar);
    }

    private static boolean serves() throws InterruptedException {
        long deadline = System.nanoTime() + WORKS_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            if (SuiteProbe.works()) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }

    private static boolean areWritten(SuiteParts parts, LauncherOptions options, Progress progress) throws IOException {
        for (Part part : parts.all().reversed()) {
            if (part instanceof ServicePart service) {
                service.stop(WRITTEN_WITHIN);
            }
        }
        boolean all = true;
        for (String module : MODULES) {
            Path cache = AotCache.of(options.jar(module));
            boolean written = Files.exists(cache);
            progress.say(
                    written
                            ? module + ": " + Files.size(cache) / 1_000_000 + " MB"
                            : module + ": no cache was written; its log is in " + options.logs());
            all &= written;
        }
        return all;
    }
}
