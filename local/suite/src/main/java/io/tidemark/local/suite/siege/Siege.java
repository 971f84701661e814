package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.chaos.SteadyLoad;
import io.tidemark.local.suite.figures.Percentiles;
import io.tidemark.local.suite.launcher.AotCache;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.Part;
import io.tidemark.local.suite.launcher.Progress;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.launcher.SuiteProbe;
import io.tidemark.local.suite.launcher.TakenPorts;
import io.tidemark.local.suite.launcher.Wiring;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Does all that {@link Assaults} knows to the suite at once, with eight readers beside it, and prints what became of both.
 * No process may end, no reader may get a wrong or an old answer, and at most one in a hundred may be turned away, by 429 or
 * 503 with Retry-After only. Before and after it {@link SiegeChecks} sends what one request can do; before it, too, what takes
 * several ({@link PoisonChecks}), rights ({@link RightsChecks}) or a log that is away ({@link PausedLog}). Each service has the
 * memory that the compose file gives it. Exit status 1: it was not so. {@code -Dsiege.seconds} says how long, 60 by default.
 */
public final class Siege {
    private static final Duration LASTS = Duration.ofSeconds(Integer.getInteger("siege.seconds", 60));
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
    private static final double TURNED_AWAY = 0.01;

    private Siege() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("backends", "embedded");
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        SuiteParts parts = SuiteParts.create(
                options,
                Wiring.DIRECT,
                (service, jar) -> Stream.concat(
                                ComposeMemory.options(options, service).stream(), AotCache.use(jar).stream())
                        .toList());
        TakenPorts.exitIfAny(parts.all(), progress);
        options.emptyFolders();
        List<String> failures = List.of("it did not begin");
        try (var report = new PrintStream(
                Files.newOutputStream(options.work().resolve("suite.log")), true, StandardCharsets.UTF_8)) {
            var suite = new Suite(parts, options.processes(), new Progress(report));
            Runtime.getRuntime().addShutdownHook(new Thread(suite::stop, "stop"));
            suite.start();
            failures = new ArrayList<>(PausedLog.failures(processes(parts), System.out));
            failures.addAll(run(LASTS, options, () -> processes(parts), System.out));
        } catch (PartFailedException e) {
            progress.plain(String.valueOf(e.getMessage()));
        }
        System.out.println(failures.isEmpty() ? "it stood" : "it did not stand: " + String.join("; ", failures));
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    private static Map<String, String> processes(SuiteParts parts) {
        return parts.all().stream().collect(Collectors.toMap(Part::name, Part::process));
    }

    /**
     * Besieges a running suite.
     *
     * @param options where what runs beside it is found and puts its logs
     * @param processes the suite's, by name; one that ended is another one
     * @return what went wrong
     */
    static List<String> run(
            Duration lasts, LauncherOptions options, Callable<Map<String, String>> processes, PrintStream out)
            throws Exception {
        Map<String, String> before = processes.call();
        List<String> failures = new ArrayList<>(SiegeChecks.failures(out));
        failures.addAll(RightsChecks.failures(out));
        failures.addAll(PoisonChecks.failures(options, out));
        List<Assault> assaults = Assaults.prepared().all();
        List<SteadyLoad.Sample> samples;
        try (var readers = new SteadyLoad();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            readers.start();
            Thread.sleep(BEFORE);
            readers.take();
            assaults.forEach(assault -> assault.begin(threads));
            Thread.sleep(lasts);
            samples = readers.take();
            threads.shutdownNow();
        } finally {
            Assaults.tidyUp();
        }
        out.printf(
                Locale.ROOT, "%-62s %s%n", "what was done for " + lasts.toSeconds() + " s, at once", "what came of it");
        assaults.forEach(assault -> out.printf(Locale.ROOT, "%-62s %s%n", assault.what(), assault.summary()));
        failures.addAll(judge(samples, out));
        if (!processes.call().equals(before)) {
            failures.add("a process has ended");
        }
        if (!recovers()) {
            failures.add("it did not work again within " + RECOVERY_LIMIT.toSeconds() + " s");
        }
        SiegeChecks.failures(out).forEach(failure -> failures.add("after it: " + failure));
        return failures;
    }

    private static List<String> judge(List<SteadyLoad.Sample> samples, PrintStream out) {
        long errors = samples.stream()
                .filter(sample -> sample.error() && !sample.refused())
                .count();
        long refused = samples.stream().filter(SteadyLoad.Sample::refused).count();
        long wrong = samples.stream()
                .filter(sample -> sample.wrong() || sample.old())
                .count();
        Percentiles latencies = Percentiles.of(
                samples.stream().map(SteadyLoad.Sample::latencyMicros).toList());
        out.printf(
                Locale.ROOT,
                "readers: %d reads, %d turned away (429, 503 with Retry-After), %d other errors, %d wrong or old, p99"
                        + " %s ms%n",
                samples.size(),
                refused,
                errors,
                wrong,
                latencies.at(0.99, 1000));
        List<String> failures = new ArrayList<>();
        if (samples.isEmpty() || refused > samples.size() * TURNED_AWAY) {
            failures.add(refused + " of " + samples.size() + " reads were turned away");
        }
        if (errors > 0) {
            failures.add(errors + " reads failed otherwise");
        }
        if (wrong > 0) {
            failures.add(wrong + " answers were wrong or old");
        }
        return failures;
    }

    private static boolean recovers() throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < RECOVERY_LIMIT.toNanos()) {
            if (SuiteProbe.works()) {
                return true;
            }
            Thread.sleep(200);
        }
        return false;
    }
}
