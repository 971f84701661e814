package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.client.DotEnv;
import io.tidemark.local.suite.machine.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is done to the containers of {@code docker-compose.backends.yml}: a broker of three is away, and so is the primary of a Redis
 * that sentinels watch, in whose place they put its replica.
 */
record BackendExperiments(Absences absences) {
    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(2);

    List<Experiment> all() {
        return List.of(
                byHand("eu"),
                byHand("writes"),
                absences.killed("the primary of Redis eu; sentinels fail over", () -> primary("eu")),
                absences.killed("the primary of the write queue's Redis; sentinels fail over", () -> primary("writes")),
                absences.paused("the primary of Redis us; sentinels fail over", () -> primary("us")),
                absences.killed("a broker of three", () -> broker("kafka-1")),
                absences.paused("a broker of three", () -> broker("kafka-2")));
    }

    /** As an administrator does before the primary's machine is to go; nothing has to be ended. */
    private Experiment byHand(String master) {
        return absences.away(
                "fail over",
                "the Redis " + master + " by hand",
                new AtomicReference<>("the old primary of " + master),
                () -> sentinel("failover", master),
                Experiment.NOTHING);
    }

    /** The service that has the part now, as the sentinels say. */
    private static String primary(String master) throws IOException, InterruptedException {
        String answer = sentinel("get-master-addr-by-name", master);
        String name = answer.lines().findFirst().orElse("");
        if (!name.startsWith("redis-")) {
            throw new IOException("the sentinels do not say who is the primary of " + master + ": " + answer);
        }
        return name;
    }

    private static String sentinel(String command, String master) throws IOException, InterruptedException {
        return Command.run(
                "docker",
                "exec",
                "-e",
                "REDISCLI_AUTH=" + DotEnv.get("BACKENDS_PASSWORD", ""),
                ComposeHands.containerOf("sentinel-1"),
                "redis-cli",
                "--tls",
                "--cacert",
                "/backends/ca.pem",
                "-p",
                "26379",
                "sentinel",
                command,
                master);
    }

    /** That broker, once no partition lacks a replica: who is missed while another is not back yet is another experiment. */
    private static String broker(String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + WHOLE_WITHIN.toNanos();
        while (true) {
            String lacking = Command.run(
                    "docker",
                    "exec",
                    "-e",
                    "KAFKA_HEAP_OPTS=-Xmx64m -XX:TieredStopAtLevel=1",
                    ComposeHands.containerOf("kafka-3"),
                    "/opt/kafka/bin/kafka-topics.sh",
                    "--bootstrap-server",
                    "kafka-3:9093",
                    "--command-config",
                    "/backends/client.properties",
                    "--describe",
                    "--under-replicated-partitions");
            if (!lacking.contains("Partition:")) {
                return name;
            }
            if (System.nanoTime() > end) {
                throw new IOException("after " + WHOLE_WITHIN.toSeconds() + " s not every replica is in sync");
            }
            Thread.sleep(1000);
        }
    }
}
