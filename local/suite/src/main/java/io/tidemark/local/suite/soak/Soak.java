package io.tidemark.local.suite.soak;

import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.Progress;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.launcher.TakenPorts;
import io.tidemark.local.suite.launcher.Wiring;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a long run in three minutes: starts the suite on embedded backends with small stores, lets {@link Churn} loose
 * on gateway eu-1, and prints what its process and its Redis hold every ten seconds, the heap after a collection. Once the
 * stores are full everything must stay flat, and when the clients have gone no call to the origin may be left under way.
 * Exit status 1: it was not so, or a client saw an error. {@code -Dsoak.warm-up} and {@code -Dsoak.samples} say how many seconds the
 * stores have to fill, and how many samples are taken.
 */
public final class Soak {
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("soak.warm-up", 80));
    private static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final int SAMPLES = Math.max(3, Integer.getInteger("soak.samples", 12));
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(30);
    private static final int REDIS = 16379;
    private static final String ACTIVE = "tidemark.origin.connections?tag=state:active";

    private Soak() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setProperty("backends", "embedded");
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        SuiteParts parts = SuiteParts.create(options, Wiring.SMALL_STORES);
        TakenPorts.exitIfAny(parts.all(), progress);
        options.emptyFolders();
        boolean flat = false;
        try (var report = new PrintStream(
                Files.newOutputStream(options.work().resolve("suite.log")), true, StandardCharsets.UTF_8)) {
            var suite = new Suite(parts, options.processes(), new Progress(report));
            Runtime.getRuntime().addShutdownHook(new Thread(suite::stop, "stop"));
            suite.start();
            flat = run(new Footprint.Probe("http://127.0.0.1:9080", pid(parts, "gateway-eu-1"), REDIS), System.out);
        } catch (PartFailedException e) {
            progress.plain(String.valueOf(e.getMessage()));
        }
        System.exit(flat ? 0 : 1);
    }

    private static long pid(SuiteParts parts, String name) {
        return parts.all().stream()
                .filter(part -> part.name().equals(name))
                .map(part -> Long.parseLong(part.process().replace("pid ", "")))
                .findFirst()
                .orElseThrow();
    }

    private static boolean run(Footprint.Probe probe, PrintStream out) throws IOException, InterruptedException {
        RedisCommand.send(REDIS, "CONFIG", "SET", "maxmemory", "16mb");
        RedisCommand.send(REDIS, "CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
        List<Footprint> samples = new ArrayList<>();
        var churn = new Churn();
        try (churn) {
            churn.start();
            out.println("filling the stores for " + WARM_UP.toSeconds() + " s");
            Thread.sleep(WARM_UP);
            out.println("so far: " + churn.summary());
            out.println(Footprint.HEAD);
            long begin = System.nanoTime();
            for (int i = 0; i < SAMPLES; i++) {
                Thread.sleep(BETWEEN);
                Footprint sample = probe.take();
                samples.add(sample);
                out.println(
                        sample.row(Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
                out.flush();
            }
            out.println("in all: " + churn.summary());
        }
        List<String> wrong = new ArrayList<>(
                Footprint.growing(samples.subList(0, SAMPLES / 3), samples.subList(SAMPLES - SAMPLES / 3, SAMPLES)));
        if (!isQuiet(probe)) {
            wrong.add(probe.metric(ACTIVE) + " calls to the origin were left under way");
        }
        churn.faults().forEach((fault, times) -> wrong.add(times + " times " + fault));
        out.println(wrong.isEmpty() ? "flat" : "not flat: " + String.join("; ", wrong));
        return wrong.isEmpty();
    }

    /** Whether no call to the origin is under way soon after the clients have gone. */
    private static boolean isQuiet(Footprint.Probe probe) throws IOException, InterruptedException {
        long end = System.nanoTime() + LEAVE_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (probe.metric(ACTIVE) == 0) {
                return true;
            }
            Thread.sleep(200);
        }
        return false;
    }
}
