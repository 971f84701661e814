package io.tidemark.local.suite.storm;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.LeanHttp;
import io.tidemark.local.suite.figures.Percentiles;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * Changes products at the origin at a steady rate, each followed by a signed purge that is answered when it is complete, while
 * clients read from all gateways. A client notes which version was promised before it sends its request: that of the newest
 * change whose purge had been answered as complete. An answer with an older one is an old read.
 */
final class Storm {
    private static final int PRODUCTS = 500;
    private static final int WAIT_SECONDS = 10;

    /** Purges under way at which one that is due is left out, and counted: a fleet that cannot keep up is not drowned. */
    private static final int MOST_UNDER_WAY = 100;

    private static final long NOT_YET = Long.MAX_VALUE;

    /**
     * What to do.
     *
     * @param warmUp the longest, see {@link WarmUp}: old reads count, durations do not, for the processes are new
     * @param rate purges a second, sent on time whether or not those before are answered, up to 100 at once
     * @param pause between an answer and the client's next request
     */
    record Plan(Duration lasts, Duration warmUp, int rate, int clients, Duration pause) {
        @Override
        public String toString() {
            return lasts.toSeconds() + " s after a warm-up of at most " + warmUp.toSeconds() + " s: " + rate
                    + " purges/s, "
                    + clients
                    + " clients with " + pause.toMillis() + " ms between reads, 3 gateways in 2 regions, " + PRODUCTS
                    + " products";
        }
    }

    private static final int NANOS_PER_MS = 1_000_000;

    private final PurgeFleet fleet;
    private final Plan plan;
    private final List<PurgeFleet.Service> gateways;
    private final Map<String, Long> promised = new ConcurrentHashMap<>();
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
    private final Result result = new Result();
    private final WarmUp warmUp;
    private volatile double share = WarmUp.SLOW;
    private volatile long measuredFrom = NOT_YET;
    private volatile long end = NOT_YET;

    Storm(PurgeFleet fleet, Plan plan) {
        this.fleet = fleet;
        this.plan = plan;
        this.gateways = fleet.gateways();
        this.warmUp = new WarmUp(plan.warmUp, System.nanoTime(), fleet::compilerMicros);
    }

    /** Takes as long as the plan says; purges that are under way at its end are waited for. */
    Result run() {
        long callsBefore = fleet.origin().calls();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < plan.clients; client++) {
                threads.execute(this::readUntilTheEnd);
            }
            long interval = Duration.ofSeconds(1).toNanos() / plan.rate;
            long start = System.nanoTime();
            Map<String, Long> usedBefore = Map.of();
            for (long due = start; due < end; due += (long) (interval / share)) {
                if (measuredFrom == NOT_YET) {
                    share = warmUp.share(due);
                    if (warmUp.isOver(due)) {
                        usedBefore = fleet.processorMicros();
                        end = due + plan.lasts.toNanos();
                        measuredFrom = due;
                        result.warmUp = Duration.ofNanos(due - start);
                        result.compilersBusy = warmUp.compilersBusy();
                    }
                }
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                if (underWay.tryAcquire()) {
                    threads.execute(this::change);
                } else if (due >= measuredFrom) {
                    result.leftOut++;
                }
            }
            result.usedMicros(usedBefore, fleet.processorMicros());
        }
        result.originCalls = fleet.origin().calls() - callsBefore;
        result.seconds = plan.lasts.toSeconds();
        return result;
    }

    private void change() {
        String product = anyProduct();
        long version = fleet.origin().change(product);
        long sent = System.nanoTime();
        try {
            LeanHttp.Answer answer = fleet.leanPurge(product, WAIT_SECONDS);
            long took = System.nanoTime() - sent;
            JsonNode receipt = answer.status() == 200 ? Http.JSON.readTree(answer.body()) : Http.JSON.missingNode();
            boolean complete = receipt.path("complete").asBoolean(false);
            if (complete) {
                promised.merge(product, version, Math::max);
                if (sent >= measuredFrom) {
                    result.completions.add(took);
                    result.receipts.add(receipt.path("tookMs").asLong());
                }
            } else {
                result.failures.add("purge: " + answer.status() + " " + answer.body());
            }
        } catch (IOException failure) {
            result.failures.add("purge: " + failure);
        } finally {
            underWay.release();
        }
    }

    private void readUntilTheEnd() {
        try {
            Thread.sleep(plan.pause
                    .multipliedBy(ThreadLocalRandom.current().nextInt(100))
                    .dividedBy(100)); // not all at once
            while (System.nanoTime() < end) {
                read(gateways.get(ThreadLocalRandom.current().nextInt(gateways.size())), anyProduct());
                Thread.sleep((long) (plan.pause.toMillis() / share));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(PurgeFleet.Service gateway, String product) {
        long least = promised.getOrDefault(product, 0L); // before the request is sent
        long sent = System.nanoTime();
        try {
            LeanHttp.Answer answer = LeanHttp.get(gateway.url() + VersionedOrigin.PATH + product);
            long took = System.nanoTime() - sent;
            if (answer.status() != 200) {
                result.failures.add(gateway.name() + ": " + answer.status() + " " + answer.body());
                return;
            }
            long version = Long.parseLong(answer.header("X-Data-Version"));
            if (version < least) {
                result.oldReads.add(gateway.name() + " answered version " + version + " of product " + product + ", "
                        + least + " was promised; " + answer.header("Cache-Status"));
            }
            if (sent >= measuredFrom) {
                result.reads.add(took);
                if (answer.header("X-Cache-Status").equals("HIT")) {
                    result.hits.incrementAndGet();
                }
            }
        } catch (IOException failure) {
            result.failures.add(gateway.name() + ": " + failure);
        }
    }

    private static String anyProduct() {
        return Integer.toString(ThreadLocalRandom.current().nextInt(PRODUCTS));
    }

    /** What was seen. Durations are in nanoseconds, from the sending of the request to its answer, at the client. */
    static final class Result {
        final ConcurrentLinkedQueue<Long> completions = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Long> receipts = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Long> reads = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<String> oldReads = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        final AtomicLong hits = new AtomicLong();
        private final Map<String, Long> usedMicros = new LinkedHashMap<>();
        private long originCalls;
        private long seconds;
        private int leftOut;
        private Duration warmUp = Duration.ZERO;
        private double compilersBusy;

        boolean isGood() {
            return oldReads.isEmpty() && failures.isEmpty() && !completions.isEmpty() && hits.get() > 0;
        }

        private void usedMicros(Map<String, Long> before, Map<String, Long> after) {
            before.forEach((name, micros) -> usedMicros.put(name, after.getOrDefault(name, micros) - micros));
        }

        void print(PrintStream out) {
            List<Long> purges = List.copyOf(completions);
            List<Long> took = List.copyOf(reads);
            row(
                    out,
                    "warm-up; compilers at its end",
                    String.format(
                            Locale.ROOT, "%d s; %.0f %% of a processor", warmUp.toSeconds(), 100 * compilersBusy));
            row(out, "purges complete", purges.size() + " (" + purges.size() / Math.max(1, seconds) + "/s)");
            row(out, "purges left out, 100 being under way", Integer.toString(leftOut));
            row(
                    out,
                    "POST to completion, p50 / p90 / p99 / max",
                    Percentiles.of(purges).text(NANOS_PER_MS) + " ms");
            row(out, "the same by the receipts (tookMs)", Percentiles.of(receipts) + " ms");
            row(out, "reads", took.size() + " (" + took.size() / Math.max(1, seconds) + "/s)");
            row(out, "read, p50 / p90 / p99 / max", Percentiles.of(took).text(NANOS_PER_MS) + " ms");
            row(out, "hits", String.format(Locale.ROOT, "%.1f %%", 100.0 * hits.get() / Math.max(1, took.size())));
            row(out, "calls to the origin, warm-up included", Long.toString(originCalls));
            row(out, "reads older than a completed purge", oldReads.size() + example(oldReads));
            row(out, "failures", failures.size() + example(failures));
            usedMicros.forEach((name, micros) -> row(out, "processor used by " + name, share(micros, purges.size())));
            row(
                    out,
                    "all of them",
                    share(
                            usedMicros.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum(),
                            purges.size()));
            out.println(isGood() ? "ok" : "FAILED");
        }

        private static String example(ConcurrentLinkedQueue<String> all) {
            String first = all.peek();
            return first == null ? "" : ", as: " + first;
        }

        /** Of one processor; and milliseconds for each purge. */
        private String share(long micros, int purges) {
            return String.format(
                    Locale.ROOT,
                    "%.0f %%, %.2f ms for each purge",
                    micros / 1e4 / Math.max(1, seconds),
                    micros / 1e3 / Math.max(1, purges));
        }

        /** In milliseconds. */
        private static void row(PrintStream out, String what, String value) {
            out.printf(Locale.ROOT, "| %-42s | %s%n", what, value);
        }
    }
}
