package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.RawClient;
import io.tidemark.local.suite.launcher.SuiteProbe;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Changes by one client while the purge log takes none, more than wait for it: what others have stored is there after all. */
final class PausedLog {
    private static final int CHANGES = 1100;
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

    private PausedLog() {}

    /**
     * Pauses Kafka, if it is a process of this machine.
     *
     * @param processes the suite's, by name
     */
    static List<String> failures(Map<String, String> processes, PrintStream out)
            throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        String kafka = processes.getOrDefault("kafka", "");
        if (!kafka.startsWith("pid ")) {
            return failures;
        }
        String kept = "http://127.0.0.1:8080/api/products/kept-" + UUID.randomUUID();
        Http.get(kept);
        Map<String, Integer> outcomes = new TreeMap<>();
        signal("STOP", kafka);
        try {
            for (int i = 0; i < CHANGES; i++) {
                outcomes.merge(changed(i), 1, Integer::sum);
            }
        } finally {
            signal("CONT", kafka);
        }
        long end = System.nanoTime() + RECOVERY_LIMIT.toNanos();
        while (!SuiteProbe.works() && System.nanoTime() < end) {
            Thread.sleep(200);
        }
        String after = Http.header(Http.get(kept), "X-Cache-Status");
        boolean bounded = outcomes.containsKey("429");
        Check.report(
                out,
                CHANGES + " changes while the log is paused: " + outcomes,
                !after.equals("HIT") ? "what was stored is a " + after : bounded ? "" : "none was refused",
                failures);
        return failures;
    }

    private static String changed(int number) throws IOException {
        try (var client = new RawClient(8080)) {
            return client.send("POST /api/orders?paused=" + number + " HTTP/1.1|Host: shop.example|Connection: close|"
                            + "Content-Type: application/json|Content-Length: 22||{\"customerId\":\"siege\"}")
                    .status();
        }
    }

    private static void signal(String signal, String process) throws IOException, InterruptedException {
        Process sender = new ProcessBuilder("kill", "-" + signal, process.substring("pid ".length())).start();
        if (sender.waitFor() != 0) {
            throw new IOException("could not send " + signal + " to " + process);
        }
    }
}
