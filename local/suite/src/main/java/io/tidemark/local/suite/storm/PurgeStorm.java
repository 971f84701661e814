package io.tidemark.local.suite.storm;

import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.time.Duration;

/**
 * Shows what a receipt promises: purges at a steady rate while clients read and the origin changes, on three gateways in two
 * regions, as real processes. Prints a table. Exit status 1: a read was older than a purge that was complete before it began,
 * or something failed.
 *
 * <p>System properties: {@code storm.seconds} (60), {@code storm.rate} (200 purges a second), {@code storm.clients} (50),
 * {@code storm.pause} (milliseconds between two reads of a client, 1000), {@code storm.warm-up} (seconds before, at most, 600).
 */
public final class PurgeStorm {
    private PurgeStorm() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/purge-storm");
        options.emptyFolders();
        var plan = new Storm.Plan(
                Duration.ofSeconds(Integer.getInteger("storm.seconds", 60)),
                Duration.ofSeconds(Integer.getInteger("storm.warm-up", 600)),
                Integer.getInteger("storm.rate", 200),
                Integer.getInteger("storm.clients", 50),
                Duration.ofMillis(Integer.getInteger("storm.pause", 1000)));
        System.out.println("starting 3 gateways, an invalidation service, 2 Redis and Kafka; logs in "
                + options.root().relativize(options.logs()));
        Storm.Result result;
        try (var fleet = PurgeFleet.start(options)) {
            System.out.println(plan);
            result = new Storm(fleet, plan).run();
        } catch (PartFailedException e) {
            System.out.println(e.getMessage());
            System.exit(1);
            return;
        }
        result.print(System.out);
        System.exit(result.isGood() ? 0 : 1);
    }
}
