package io.tidemark.local.suite.documents;

import io.tidemark.local.suite.machine.Killer;
import io.tidemark.local.suite.machine.NodeScripts;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients type while servers are killed, their store is restarted and regions are cut off from each other.
 *
 * @param seconds for which they type
 * @param killEvery 0: nothing is killed
 */
record TortureRun(NodeScripts scripts, Path logs, int clients, int seconds, Duration killEvery) {
    private static final String RESULT = "result ";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration AFTERWARDS = Duration.ofMinutes(5);
    private static final Duration CUT = Duration.ofSeconds(20);

    /**
     * What the clients have seen.
     *
     * @param lost of the letters and values of the shared document that were acknowledged
     * @param notesLost the same of documents that one client has, opens, writes in and closes
     * @param late how often such a document was opened and not all of its own was there yet
     * @param agreed whether all who were there at the end, and those who were offline until then, had the same, octet by octet
     * @param fresh gateways where one who knew nothing did not get that
     */
    record Result(
            int kills,
            int edits,
            int acknowledged,
            int lost,
            int notes,
            int written,
            int notesLost,
            boolean agreed,
            int late,
            int tookMillis,
            int fresh,
            int connections,
            String all) {
        boolean isGood() {
            return lost == 0 && notesLost == 0 && agreed && fresh == 0;
        }
    }

    Result run(Servers servers, long seed) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of(servers.dialect(), Long.toString(seed), Integer.toString(clients), Integer.toString(seconds)));
        arguments.addAll(servers.addresses());
        Killer killer = new Killer(servers.processes(), killEvery, seed);
        CountDownLatch typed = new CountDownLatch(1);
        Thread faults = Thread.ofVirtual().unstarted(() -> hurt(servers, typed));
        Path log = logs.resolve("torture-" + servers.name().replaceAll("[^a-z-]", "") + ".log");
        List<String> lines = scripts.run(
                        "torture.mjs",
                        arguments,
                        log,
                        Duration.ofSeconds(seconds).plus(AFTERWARDS),
                        line -> {
                            if (line.equals("typing")) {
                                killer.start();
                                faults.start();
                            } else if (line.equals("typed")) {
                                typed.countDown();
                                close(killer);
                            }
                        })
                .orElseThrow(() -> new PartFailedException("the clients failed; their log: " + log));
        typed.countDown();
        close(killer);
        faults.join();
        String last = lines.getLast();
        if (!last.startsWith(RESULT)) {
            throw new PartFailedException("the clients said no result; their log: " + log);
        }
        JsonNode result = JSON.readTree(last.substring(RESULT.length()));
        return new Result(
                killer.kills(),
                result.path("edits").asInt(),
                result.path("acknowledged").asInt(),
                result.path("lost").asInt(),
                result.path("notes").asInt(),
                result.path("written").asInt(),
                result.path("notesLost").asInt(),
                result.path("agreed").asBoolean(),
                result.path("late").asInt(),
                result.path("took").asInt(),
                result.path("fresh").asInt(),
                result.path("connections").asInt(),
                result.toString());
    }

    /** At a fourth of the time regions are cut off, for 20 s at most; in the middle the store is restarted. */
    private void hurt(Servers servers, CountDownLatch typed) {
        if (killEvery.isZero()) {
            return;
        }
        try {
            Duration quarter = Duration.ofSeconds(seconds).dividedBy(4);
            boolean over = typed.await(quarter.toMillis(), TimeUnit.MILLISECONDS);
            servers.cutRegions();
            if (!over) {
                over = typed.await(quarter.toMillis(), TimeUnit.MILLISECONDS);
                servers.restartStore();
            }
            if (!over) {
                var _ = typed.await(CUT.minus(quarter).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            servers.joinRegions();
        }
    }

    private static void close(Killer killer) {
        try {
            killer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
