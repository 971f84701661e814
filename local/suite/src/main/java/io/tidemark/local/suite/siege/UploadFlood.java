package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.RawClient;
import io.tidemark.local.suite.figures.Percentiles;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.Progress;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.launcher.TakenPorts;
import io.tidemark.local.suite.launcher.Wiring;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * What eight readers notice of a thousand connections whose uploads are broken: clients that leave in the middle, contents that
 * end in no chunk, codings that nobody knows. Starts the suite on embedded backends; then, in turn, the readers alone and beside
 * the flood, seven times each. Half of what they read is stored, half is the origin's alone. Exit status 1: a reader saw an error,
 * or the median of the seven quotients of p99 is greater than 1.5. {@code -Dflood.seconds} says how long each part is, 5 by
 * default; {@code -Dflood.gateway} is the port of a gateway that runs already, in front of an origin stub: then nothing is started.
 */
public final class UploadFlood {
    private static final Duration PART = Duration.ofSeconds(Integer.getInteger("flood.seconds", 5));
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration HOLD = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int CONNECTIONS = 1000;
    private static final int READERS = 8;
    private static final int ROUNDS = 7;
    private static final double MOST = 1.5;
    private static final int GATEWAY = Integer.getInteger("flood.gateway", 8080);

    /** More than is collected: the request is on its way to the origin. */
    private static final String LARGE = "x".repeat(80_000);

    private static final String POST = "POST /api/orders HTTP/1.1|Host: shop.example|";
    private static final Map<String, String> KINDS = new TreeMap<>(Map.of(
            "leaves in a small upload", POST + "Content-Length: 100000||hello",
            "leaves in a large upload", POST + "Content-Length: 900000||" + LARGE,
            "a malformed chunk", POST + "Transfer-Encoding: chunked||5|hello|zz|",
            "a malformed chunk behind a large one", POST + "Transfer-Encoding: chunked||13880|" + LARGE + "|zz|",
            "an unknown coding, and another request",
                    POST + "Transfer-Encoding: xchunked|Content-Length: 5||0||"
                            + "GET /api/products/smuggled HTTP/1.1|Host: shop.example||"));

    private record Read(long micros, boolean right) {}

    private final Map<String, Map<String, AtomicInteger>> outcomes = new ConcurrentSkipListMap<>();
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final PrintStream out;

    private UploadFlood(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        System.setProperty("backends", "embedded");
        System.exit(isUnnoticed() ? 0 : 1);
    }

    private static boolean isUnnoticed() throws IOException, InterruptedException {
        if (Integer.getInteger("flood.gateway") != null) {
            return new UploadFlood(System.out).run();
        }
        var progress = new Progress(System.out);
        LauncherOptions options = LauncherOptions.fromSystemProperties();
        SuiteParts parts = SuiteParts.create(options, Wiring.SMALL_STORES);
        TakenPorts.exitIfAny(parts.all(), progress);
        options.emptyFolders();
        try (var report = new PrintStream(
                Files.newOutputStream(options.work().resolve("suite.log")), true, StandardCharsets.UTF_8)) {
            var suite = new Suite(parts, options.processes(), new Progress(report));
            Runtime.getRuntime().addShutdownHook(new Thread(suite::stop, "stop"));
            suite.start();
            return new UploadFlood(System.out).run();
        } catch (PartFailedException e) {
            progress.plain(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean run() throws InterruptedException {
        List<Double> quotients = new ArrayList<>();
        long wrong = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int reader = 0; reader < READERS; reader++) {
                String path = reader % 2 == 0 ? "/api/products/flood-" + reader : "/api/inventory/flood-" + reader;
                threads.execute(() -> readOnAndOn(path));
            }
            Thread.sleep(WARM_UP);
            flood(threads); // the compilers need one, too
            taken();
            out.printf(Locale.ROOT, "%-18s %8s %8s %8s %8s%n", "", "reads", "p50 ms", "p99 ms", "errors");
            for (int round = 0; round < ROUNDS; round++) {
                Thread.sleep(PART);
                List<Read> alone = taken();
                print("alone", alone);
                flood(threads);
                List<Read> beside = taken();
                print("beside the flood", beside);
                quotients.add(
                        (double) latencies(beside).at(0.99) / latencies(alone).at(0.99));
                wrong += wrong(alone) + wrong(beside);
            }
            threads.shutdownNow();
        }
        outcomes.forEach((kind, counts) -> out.printf(Locale.ROOT, "%-40s %s%n", kind, counts));
        double median = quotients.stream().sorted().toList().get(ROUNDS / 2);
        out.printf(Locale.ROOT, "quotients of p99, sorted:%s; %d errors%n", sorted(quotients), wrong);
        boolean unnoticed = wrong == 0 && median <= MOST;
        out.println(unnoticed ? "nobody noticed" : "it was noticed");
        return unnoticed;
    }

    private static String sorted(List<Double> quotients) {
        return quotients.stream()
                .sorted()
                .map(quotient -> String.format(Locale.ROOT, " %.2f", quotient))
                .collect(Collectors.joining());
    }

    private void readOnAndOn(String path) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long begin = System.nanoTime();
                boolean right;
                try {
                    HttpResponse<String> answer = Http.get("http://127.0.0.1:" + GATEWAY + path);
                    right = answer.statusCode() == 200
                            && answer.body().contains(path.substring(path.lastIndexOf('/') + 1));
                } catch (IOException cut) {
                    right = false;
                }
                reads.add(new Read((System.nanoTime() - begin) / 1000, right));
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** All connections, evenly over the time of one part. */
    private void flood(ExecutorService threads) throws InterruptedException {
        List<Map.Entry<String, String>> kinds = List.copyOf(KINDS.entrySet());
        long begin = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            Map.Entry<String, String> kind = kinds.get(i % kinds.size());
            boolean byReset = i % 2 == 0;
            threads.execute(() -> attack(kind.getKey(), kind.getValue(), byReset));
            long ahead = PART.toNanos() * i / CONNECTIONS - (System.nanoTime() - begin);
            Thread.sleep(Duration.ofNanos(Math.max(0, ahead)));
        }
    }

    private void attack(String kind, String request, boolean byReset) {
        String outcome;
        try (var client = new RawClient(GATEWAY)) {
            client.send(request);
            Thread.sleep(HOLD);
            outcome = client.statusNow();
            if (byReset) {
                client.leavesByReset();
            }
        } catch (IOException cut) {
            outcome = "cut";
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return;
        }
        outcomes.computeIfAbsent(kind, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(outcome, _ -> new AtomicInteger())
                .incrementAndGet();
    }

    private List<Read> taken() {
        List<Read> taken = new ArrayList<>();
        for (Read read = reads.poll(); read != null; read = reads.poll()) {
            taken.add(read);
        }
        return taken;
    }

    private static long wrong(List<Read> reads) {
        return reads.stream().filter(read -> !read.right).count();
    }

    private static Percentiles latencies(List<Read> reads) {
        return Percentiles.of(reads.stream().map(Read::micros).toList());
    }

    private void print(String when, List<Read> reads) {
        out.printf(
                Locale.ROOT,
                "%-18s %8d %8s %8s %8d%n",
                when,
                reads.size(),
                latencies(reads).at(0.5, 1000),
                latencies(reads).at(0.99, 1000),
                wrong(reads));
    }
}
