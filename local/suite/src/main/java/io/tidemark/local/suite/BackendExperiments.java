package io.tidemark.local.suite;

import java.io.IOException;
import java.util.List;

/**
 * What is done to the containers of {@code docker-compose.backends.yml}: a broker of three is away, and so is the primary of a Redis
 * that sentinels watch, in whose place they put its replica.
 */
record BackendExperiments(Absences absences) {
    List<Experiment> all() {
        return List.of(
                absences.killed("the primary of Redis eu; sentinels fail over", () -> primary("eu")),
                absences.killed("the primary of the write queue's Redis; sentinels fail over", () -> primary("writes")),
                absences.paused("the primary of Redis us; sentinels fail over", () -> primary("us")),
                absences.killed("a broker of three", () -> "kafka-1"),
                absences.paused("a broker of three", () -> "kafka-2"));
    }

    /** The service that has the part now, as the sentinels say. */
    private static String primary(String master) throws IOException, InterruptedException {
        String answer = Command.run(
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
                "get-master-addr-by-name",
                master);
        String name = answer.lines().findFirst().orElse("");
        if (!name.startsWith("redis-")) {
            throw new IOException("the sentinels do not say who is the primary of " + master + ": " + answer);
        }
        return name;
    }
}
