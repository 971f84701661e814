package io.tidemark.local.suite.mixed;

import io.tidemark.local.suite.chaos.SteadyLoad;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.Part;
import io.tidemark.local.suite.launcher.Progress;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.launcher.TakenPorts;
import io.tidemark.local.suite.launcher.Wiring;
import io.tidemark.local.suite.machine.PartFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Upgrades a running suite service by service, gateways first and then services first, and rolls each upgrade back in the reverse
 * order, under a steady load. After each step everything must work, and what was begun under the version before must be
 * finished by the one after. Exit status 1: something was not.
 *
 * <p>{@code -Dmixed.older} is the folder of the older build: its modules' jars are in {@code target/suite} there, as {@code ./run}
 * makes them. Redis, Kafka and the origin are today's throughout, and keep what they have.
 */
public final class Mixed {
    private static final List<String> GATEWAYS_FIRST =
            List.of("gateway-eu-1", "gateway-us-1", "invalidation-service", "write-queue-service");
    private static final List<String> SERVICES_FIRST =
            List.of("write-queue-service", "invalidation-service", "gateway-us-1", "gateway-eu-1");
    private static final String ROW = "%-14s %-22s %6s %7s %5s  %s%n";

    private final Versions versions;
    private final SteadyLoad load;
    private final List<String> failures = new ArrayList<>();
    private int step;

    private Mixed(Versions versions, SteadyLoad load) {
        this.versions = versions;
        this.load = load;
    }

    public static void main(String[] arguments) throws Exception {
        System.setProperty("backends", "embedded");
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/mixed");
        Path older = Path.of(System.getProperty("mixed.older")).toAbsolutePath().normalize();
        SuiteParts newer = SuiteParts.create(options, Wiring.OF_TWO_VERSIONS);
        var versions = new Versions(
                SuiteParts.create(new LauncherOptions(older, options.output(), options.work()), Wiring.OF_TWO_VERSIONS)
                        .services(),
                newer.services());
        TakenPorts.exitIfAny(newer.all(), progress);
        options.emptyFolders();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(versions, newer.backends()), "stop"));
        try (var load = new SteadyLoad()) {
            Suite.startAll(newer.backends().stream()
                    .filter(part -> !part.name().equals("origin-stub"))
                    .toList());
            Suite.startAll(newer.backends().stream()
                    .filter(part -> part.name().equals("origin-stub"))
                    .toList());
            versions.startAll();
            load.start();
            var run = new Mixed(versions, load);
            run.head();
            run.upgrade(GATEWAYS_FIRST);
            run.rollBack(GATEWAYS_FIRST);
            run.upgrade(SERVICES_FIRST);
            run.rollBack(SERVICES_FIRST);
            System.out.println(
                    run.failures.isEmpty()
                            ? "all " + run.step + " steps are ok"
                            : run.failures.size() + " failed: " + String.join("; ", run.failures));
            System.exit(run.failures.isEmpty() ? 0 : 1);
        } catch (PartFailedException e) {
            progress.plain(String.valueOf(e.getMessage()));
            System.exit(1);
        }
    }

    private void head() {
        System.out.printf(Locale.ROOT, ROW, "step", "of", "reads", "errors", "old", "");
    }

    private void upgrade(List<String> order) throws Exception {
        for (String service : order) {
            step("upgrade", service, true);
        }
    }

    private void rollBack(List<String> order) throws Exception {
        for (String service : order.reversed()) {
            step("roll back", service, false);
        }
    }

    private void step(String verb, String service, boolean newer) throws Exception {
        step++;
        Handover handover = Handover.begin("mixed-" + step);
        load.take();
        versions.run(service, newer);
        List<String> faults = new ArrayList<>(handover.faults(!newer && service.equals("write-queue-service")));
        List<SteadyLoad.Sample> samples = load.take();
        long old = samples.stream().filter(SteadyLoad.Sample::old).count();
        long wrong = samples.stream().filter(SteadyLoad.Sample::wrong).count();
        long errors = samples.stream().filter(SteadyLoad.Sample::error).count();
        if (old + wrong > 0) {
            faults.add(old + " old and " + wrong + " wrong answers");
        }
        if (errors > 0 && !service.startsWith("gateway")) {
            faults.add(errors + " reads failed though no gateway was away");
        }
        String verdict = faults.isEmpty() ? "ok" : "FAILED: " + String.join("; ", faults);
        System.out.printf(Locale.ROOT, ROW, verb, service, samples.size(), errors, old, verdict);
        if (!faults.isEmpty()) {
            failures.add(verb + " of " + service + " (" + step + ")");
        }
    }

    private static void stop(Versions versions, List<Part> backends) {
        versions.stop();
        backends.reversed().forEach(Part::stop);
    }
}
