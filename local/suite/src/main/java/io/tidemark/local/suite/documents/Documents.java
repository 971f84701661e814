package io.tidemark.local.suite.documents;

import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.NodeScripts;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * {@code ./run documents}: real clients of Yjs edit together while gateways are killed, Redis is restarted and clients leave for
 * good; the same at two servers of others; and what an edit, a client and a join cost at each. Prints tables. Exit status 1: an
 * acknowledged edit of ours was lost, or clients did not agree. Without node or npm it is skipped.
 *
 * <p>System properties: {@code seed} (1), {@code runs} (1; each with the next seed), {@code documents.seconds} (60),
 * {@code documents.clients} (20), {@code documents.kill-every} (5 s), {@code documents.trials} (a regular expression:
 * {@code torture}, {@code peers}, {@code costs}; all), {@code documents.alone} (costs of ours only), {@code figures} (ten thousand idle
 * connections, 150 joiners).
 */
public final class Documents {
    private static final String TRIALS = System.getProperty("documents.trials", "torture|peers|costs");

    private final NodeScripts scripts;
    private final LauncherOptions options;
    private boolean good = true;

    private Documents(NodeScripts scripts, LauncherOptions options) {
        this.scripts = scripts;
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherOptions options = LauncherOptions.fromSystemProperties("local/suite/target/documents");
        options.emptyFolders();
        try {
            Documents documents = new Documents(scripts(options.root()), options);
            documents.run();
            System.out.println(documents.good ? "no acknowledged edit was lost, all agreed" : "FAILED");
            System.exit(documents.good ? 0 : 1);
        } catch (NodeScripts.MissingException none) {
            System.out.println("skipped: " + none.getMessage());
        } catch (PartFailedException failed) {
            System.out.println(failed.getMessage());
            System.exit(1);
        }
    }

    /** The clients, with what they need. */
    static NodeScripts scripts(Path root) throws IOException, InterruptedException, NodeScripts.MissingException {
        return NodeScripts.install(
                root.resolve("local/suite/src/main/node/documents"),
                root.resolve("local/suite/target/node/documents"),
                List.of(root.resolve("origin-stub/src/main/resources/static/try/stored.js")));
    }

    private static boolean asked(String trial) {
        return Pattern.compile(TRIALS).matcher(trial).find();
    }

    private void run() throws IOException, InterruptedException {
        int seconds = Integer.getInteger("documents.seconds", 60);
        Duration killEvery = Duration.ofSeconds(Integer.getInteger("documents.kill-every", 5));
        var torture = new TortureRun(
                scripts, options.logs(), Integer.getInteger("documents.clients", 20), seconds, killEvery);
        long seed = Long.getLong("seed", 1);
        int runs = Integer.getInteger("runs", 1);
        System.out.println("logs in " + options.root().relativize(options.logs()));
        System.out.println(torture.clients() + " clients type for " + seconds + " s, a process is killed every "
                + killEvery.toSeconds() + " s\n\n" + TortureTable.HEAD);
        for (int run = 0; run < runs && asked("torture"); run++) {
            try (Servers ours = GatewayServers.start(options, JavaProcess.QUICK_START)) {
                good &= torture(torture, ours, seed + run).isGood();
            }
        }
        if (asked("peers")) {
            try (Servers peer = PeerServers.yWebSocketServer(scripts, options)) {
                torture(torture, peer, seed);
            }
            try (Servers peer = PeerServers.hocuspocus(scripts, options)) {
                torture(torture, peer, seed);
            }
        }
        if (asked("costs")) {
            System.out.println("\n" + CostsRun.HEAD);
            var costs = new CostsRun(scripts, options.logs(), Boolean.getBoolean("figures"));
            try (Servers ours = GatewayServers.start(options, CostsRun.JVM)) {
                System.out.println(costs.row(ours));
            }
            if (!Boolean.getBoolean("documents.alone")) {
                try (Servers peer = PeerServers.yWebSocketServer(scripts, options)) {
                    System.out.println(costs.row(peer));
                }
                try (Servers peer = PeerServers.hocuspocus(scripts, options)) {
                    System.out.println(costs.row(peer));
                }
            }
        }
    }

    private static TortureRun.Result torture(TortureRun run, Servers servers, long seed)
            throws IOException, InterruptedException {
        TortureRun.Result result = run.run(servers, seed);
        System.out.println(TortureTable.row(servers.name(), seed, result));
        return result;
    }

    /** How a run is shown. */
    private static final class TortureTable {
        static final String HEAD = """
            | server | seed | kills | edits | acknowledged | of these lost | \
            notes: times opened | acknowledged | of these lost | not all there when opened | all equal after, s |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\
            """;

        static String row(String name, long seed, TortureRun.Result result) {
            String equal = result.agreed() && result.fresh() == 0
                    ? String.format(Locale.ROOT, "%.1f", result.tookMillis() / 1000.0)
                    : "**never**";
            return "| " + name + " | " + seed + " | " + result.kills() + " | " + result.edits() + " | "
                    + result.acknowledged() + " | " + lost(result.lost()) + " | " + result.notes() + " | "
                    + result.written() + " | " + lost(result.notesLost()) + " | "
                    + result.late() + " | " + equal + " |";
        }

        private static String lost(int count) {
            return count == 0 ? "0" : "**" + count + "**";
        }
    }
}
