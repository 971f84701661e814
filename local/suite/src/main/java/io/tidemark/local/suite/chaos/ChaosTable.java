package io.tidemark.local.suite.chaos;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the chaos command prints: one row per experiment as it ends, and the verdict over all. */
public final class ChaosTable {
    private static final String FORMAT = "%-8s %-52s %7s %7s %7s %5s %7s %9s %9s %11s  %s%n";

    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();
    private int rows;

    ChaosTable(PrintStream out) {
        this.out = out;
    }

    void head() {
        out.printf(
                Locale.ROOT,
                FORMAT,
                "verb",
                "what was done",
                "reads",
                "errors",
                "stale",
                "old",
                "origin",
                "p99 ms",
                "max ms",
                "recovery ms",
                "");
    }

    /**
     * Adds an experiment's row.
     *
     * @param originReads reads of the load's products that reached the origin meanwhile; negative: not known
     * @param recoveryMs from the end of the fault until everything worked; negative: not within the limit
     */
    void row(Experiment experiment, List<SteadyLoad.Sample> samples, long originReads, long recoveryMs) {
        rows++;
        List<Long> latencies =
                samples.stream().map(SteadyLoad.Sample::latencyMicros).sorted().toList();
        long errors = samples.stream().filter(SteadyLoad.Sample::error).count();
        long stale = samples.stream().filter(SteadyLoad.Sample::stale).count();
        long old = samples.stream().filter(SteadyLoad.Sample::old).count();
        boolean green =
                recoveryMs >= 0 && old == 0 && (errors == 0 || experiment.load().mayFail());
        if (!green) {
            failures.add(experiment.verb() + " " + experiment.what());
        }
        out.printf(
                Locale.ROOT,
                FORMAT,
                experiment.verb(),
                experiment.what(),
                samples.size(),
                errors,
                stale,
                old,
                originReads < 0 ? "-" : Long.toString(originReads),
                percentile(latencies, 0.99),
                percentile(latencies, 1),
                recoveryMs < 0 ? "none" : Long.toString(recoveryMs),
                green ? "ok" : "FAILED");
        out.flush();
    }

    /** In milliseconds, of microseconds. */
    public static String percentile(List<Long> sorted, double share) {
        if (sorted.isEmpty()) {
            return "-";
        }
        int index = (int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share));
        return String.format(Locale.ROOT, "%.1f", sorted.get(index) / 1000.0);
    }

    int rows() {
        return rows;
    }

    List<String> failures() {
        return failures;
    }
}
