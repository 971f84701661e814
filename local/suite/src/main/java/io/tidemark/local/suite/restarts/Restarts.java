package io.tidemark.local.suite.restarts;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * {@code ./run restarts}: rolling restarts of each service under load, both instances one after the other by SIGTERM, each time
 * started again before the next goes. Prints a row for each and what clients saw. Exit status 1: a request failed, a receipt
 * was not complete in time, an instance did not end by itself, or an accepted write was not delivered.
 *
 * <p>System properties: {@code restarts.times} (rolling restarts of each service, 10), {@code restarts.services} (a regular
 * expression in whose names it is found; all), {@code restarts.drain} ({@code tidemark.drain} of all, milliseconds, 5000).
 */
public final class Restarts {
    private static final String ROW = "%-26s %5s %9s %9s %10s %8s %10s%n";
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final Balancer balancer;
    private final Tally tally;
    private final PrintStream out;

    private Restarts(Fleet fleet, Balancer balancer, Tally tally, PrintStream out) {
        this.fleet = fleet;
        this.balancer = balancer;
        this.tally = tally;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (!Fleet.isPossible()) {
            System.out.println("this machine's loopback has no second address, 127.0.0.2: "
                    + "on macOS, sudo ifconfig lo0 alias 127.0.0.2 gives it one");
            System.exit(1);
        }
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/restarts");
        options.emptyFolders();
        Duration drain = Duration.ofMillis(Integer.getInteger("restarts.drain", 5000));
        System.out.println("starting two of each service, Redis, Kafka and an origin; logs in "
                + options.root().relativize(options.logs()));
        boolean good;
        try (Fleet fleet = Fleet.start(options, drain);
                Balancer balancer = new Balancer(fleet.instances(), fleet.names())) {
            good = new Restarts(fleet, balancer, new Tally(), System.out).run();
        } catch (PartFailedException e) {
            System.out.println(e.getMessage());
            good = false;
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        Pattern services = Pattern.compile(System.getProperty("restarts.services", ""));
        int times = Integer.getInteger("restarts.times", 10);
        try (Traffic traffic = new Traffic(balancer, tally)) {
            traffic.start();
            Thread.sleep(WARM_UP);
            out.printf(Locale.ROOT, ROW, "restarted", "", "ends ms", "ready ms", "requests", "failed", "no receipt");
            for (String service : Fleet.SERVICES) {
                if (services.matcher(service).find()) {
                    for (int time = 1; time <= times; time++) {
                        roll(service, time);
                    }
                }
            }
        }
        tally.print(out);
        double undelivered = undelivered();
        out.println(
                undelivered == 0 ? "every accepted write was delivered" : undelivered + " writes are not delivered");
        boolean good = tally.failures() == 0 && tally.receiptsTimedOut() == 0 && undelivered == 0;
        out.println(good ? "nobody noticed" : "FAILED");
        return good;
    }

    private void roll(String service, int time) throws InterruptedException {
        List<Instance> both = fleet.instances().stream()
                .filter(instance -> instance.service().equals(service))
                .toList();
        for (Instance instance : both) {
            long requests = tally.requests();
            long failures = tally.failures();
            long receipts = tally.receiptsTimedOut();
            long begin = System.nanoTime();
            Fleet.stop(instance);
            long ended = System.nanoTime();
            instance.part().start();
            long ready = System.nanoTime();
            balancer.await(instance);
            Thread.sleep(BETWEEN);
            out.printf(
                    Locale.ROOT,
                    ROW,
                    instance.part().name(),
                    time,
                    Duration.ofNanos(ended - begin).toMillis(),
                    Duration.ofNanos(ready - ended).toMillis(),
                    tally.requests() - requests,
                    tally.failures() - failures,
                    tally.receiptsTimedOut() - receipts);
        }
    }

    /** Writes that were accepted and are still not delivered, after some patience. */
    private double undelivered() throws IOException, InterruptedException {
        Instance queue = balancer.choose("write-queue-service");
        long end = System.nanoTime() + DELIVERED_WITHIN.toNanos();
        double depth = queue.metric("tidemark_writes_depth");
        while (depth > 0 && System.nanoTime() < end) {
            Thread.sleep(500);
            depth = queue.metric("tidemark_writes_depth");
        }
        return depth
                + Http.json(Http.get(queue.url() + "/v1/dead-letters?limit=500"))
                        .path("deadLetters")
                        .size();
    }
}
