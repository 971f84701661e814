package io.tidemark.local.suite.chaos;

import io.tidemark.local.backends.BackendOptions.ProxiedListener;
import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.suite.client.DotEnv;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.Progress;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.launcher.SuiteProbe;
import io.tidemark.local.suite.launcher.TakenPorts;
import io.tidemark.local.suite.launcher.Wiring;
import io.tidemark.local.suite.machine.PartFailedException;
import io.tidemark.local.suite.machine.SettableClocks;
import io.tidemark.local.suite.machine.TcpProxy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hurts the suite in every way that {@link Experiments} knows under a steady load, and prints what clients saw. Exit status
 * 1: a row failed. By default it starts a suite on embedded backends, with proxies before what the gateways use;
 * with {@code -Dchaos.on=brokers} one whose log three brokers keep, and hurts those; with {@code =clocks} one whose services' clocks
 * it sets; with {@code =compose} or {@code =backends} it takes the containers of one of the compose files, which run already.
 * {@code -Dchaos.rows=<regular expression>} leaves out the rows whose verb and description it does not find itself in,
 * {@code -Dchaos.times} says how often each of the others is done.
 */
public final class Chaos {
    private static final int REDIS_EU_PROXY = 26379;
    private static final int REDIS_SERVICES_PROXY = 26380;
    private static final int KAFKA_US_LISTENER = 29093;
    private static final int KAFKA_US_PROXY = 29092;
    private static final int ORIGIN_PROXY = 28084;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Pattern ROWS = Pattern.compile(System.getProperty("chaos.rows", ""));
    private static final int TIMES = Integer.getInteger("chaos.times", 1);
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

    private Chaos() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setProperty("backends", "embedded"); // of a suite that it starts
        boolean ok = switch (System.getProperty("chaos.on", "")) {
            case "compose" -> inContainers(new Experiments(new ComposeHands(), null).all());
            case "backends" -> inContainers(new BackendExperiments(new Absences(new ComposeHands(), System.out)).all());
            case "brokers" -> onBrokers();
            case "clocks" -> withClocks();
            default -> behindProxies();
        };
        System.exit(ok ? 0 : 1);
    }

    private static boolean inContainers(List<Experiment> rows) throws InterruptedException {
        Path secrets = LauncherOptions.fromSystemProperties().root().resolve(".env");
        System.setProperty(DotEnv.PROPERTY, System.getProperty(DotEnv.PROPERTY, secrets.toString()));
        return run(rows, System.out) == 0;
    }

    private static boolean onBrokers() throws IOException, InterruptedException {
        KafkaCluster brokers =
                KafkaCluster.create(3, LauncherOptions.fromSystemProperties().data());
        return run(Wiring.on(brokers), hands -> new BrokerExperiments(new Absences(hands, System.out), brokers).all());
    }

    private static boolean withClocks() throws IOException, InterruptedException {
        Optional<SettableClocks> clocks = SettableClocks.in(Files.createTempDirectory("tidemark-clocks-"));
        if (clocks.isEmpty()) {
            System.out.println("skipped: no clock can be set here without libfaketime (Debian's package is faketime)");
            return true;
        }
        return run(
                Wiring.by(clocks.get()),
                hands -> new ClockExperiments(new Absences(hands, System.out), clocks.get()).all());
    }

    private static boolean behindProxies() throws IOException, InterruptedException {
        try (var redis = new TcpProxy(REDIS_EU_PROXY, 16379);
                var redisServices = new TcpProxy(REDIS_SERVICES_PROXY, 16379);
                var kafka = new TcpProxy(KAFKA_US_PROXY, KAFKA_US_LISTENER);
                var origin = new TcpProxy(ORIGIN_PROXY, 8084)) {
            var wiring = new Wiring(
                    null,
                    REDIS_EU_PROXY,
                    REDIS_SERVICES_PROXY,
                    new ProxiedListener(KAFKA_US_LISTENER, KAFKA_US_PROXY),
                    ORIGIN_PROXY,
                    Experiments.QUEUE_LIMIT,
                    null,
                    null,
                    false,
                    true);
            return run(wiring, hands -> {
                var ways = new Experiments.Ways(
                        redis, redisServices, kafka, origin, hands.parts().tokenSecret());
                return new Experiments(hands, ways).all();
            });
        }
    }

    private static boolean run(Wiring wiring, Function<ProcessHands, List<Experiment>> experiments)
            throws IOException, InterruptedException {
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        SuiteParts parts = SuiteParts.create(options, wiring);
        TakenPorts.exitIfAny(parts.all(), progress);
        options.emptyFolders();
        try (var report = new PrintStream(
                Files.newOutputStream(options.work().resolve("suite.log")), true, StandardCharsets.UTF_8)) {
            progress.plain("starting the suite; its own messages go to "
                    + options.root().relativize(options.work().resolve("suite.log")));
            var suite = new Suite(parts, options.processes(), new Progress(report));
            Runtime.getRuntime().addShutdownHook(new Thread(suite::stop, "stop"));
            suite.start();
            return run(experiments.apply(new ProcessHands(suite, parts)), System.out) == 0;
        } catch (PartFailedException e) {
            progress.plain(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static int run(List<Experiment> experiments, PrintStream out) throws InterruptedException {
        var table = new ChaosTable(out);
        try (var load = new SteadyLoad()) {
            load.start();
            if (recovery(out) < 0) {
                out.println("the suite did not work before anything was done to it");
                return 1;
            }
            Thread.sleep(WARM_UP);
            table.head();
            List<Experiment> rows = experiments.stream()
                    .filter(row -> ROWS.matcher(row.verb() + ' ' + row.what()).find())
                    .flatMap(row -> Stream.generate(() -> row).limit(TIMES))
                    .toList();
            for (Experiment experiment : rows) {
                Thread.sleep(BETWEEN);
                load.changes(experiment.load().changes());
                Thread.sleep(BETWEEN);
                load.take();
                long before = originReads();
                long recovery = perform(experiment, out);
                List<SteadyLoad.Sample> samples = load.take();
                long after = originReads();
                table.row(experiment, samples, after < before ? after : after - before, recovery);
            }
        }
        out.println(
                table.failures().isEmpty()
                        ? "all " + table.rows() + " rows are ok"
                        : table.failures().size() + " failed: " + String.join("; ", table.failures()));
        return table.failures().size();
    }

    /** What was begun is ended, whatever came between. */
    private static long perform(Experiment experiment, PrintStream out) throws InterruptedException {
        boolean begun = isDone(experiment.begin(), experiment, out);
        if (begun) {
            Thread.sleep(experiment.lasts());
        }
        boolean ended = isDone(experiment.end(), experiment, out);
        long recovery = recovery(out);
        return begun && ended ? recovery : -1;
    }

    private static boolean isDone(Experiment.Action action, Experiment experiment, PrintStream out)
            throws InterruptedException {
        try {
            action.run();
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            out.println(experiment.what() + ": " + e);
            return false;
        }
    }

    /** Reads of the load's products since the origin's start; negative if it does not answer. */
    private static long originReads() throws InterruptedException {
        try {
            return Floods.originReads("/api/products/chaos-");
        } catch (IOException away) {
            return -1;
        }
    }

    /** Milliseconds until everything works, negative if it does not within the limit; where that is long, what was late is said. */
    private static long recovery(PrintStream out) throws InterruptedException {
        long begin = System.nanoTime();
        try (var watch = new DutyWatch();
                var broker = new BrokerWatch()) {
            String fault = SuiteProbe.fault();
            while (!fault.isEmpty() && System.nanoTime() - begin < RECOVERY_LIMIT.toNanos()) {
                Thread.sleep(50);
                fault = SuiteProbe.fault();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            if (took.compareTo(SOON) > 0) {
                out.println("until all worked: " + broker.summary() + watch.summary());
            }
            return fault.isEmpty() ? took.toMillis() : -1;
        }
    }
}
