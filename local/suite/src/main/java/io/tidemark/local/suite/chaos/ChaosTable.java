package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.figures.Percentiles;
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
        Percentiles latencies = Percentiles.of(
                samples.stream().map(SteadyLoad.Sample::latencyMicros).toList());
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
                latencies.at(0.99, 1000),
                latencies.at(1, 1000),
                recoveryMs < 0 ? "none" : Long.toString(recoveryMs),
                green ? "ok" : "FAILED");
        out.flush();
    }

    int rows() {
        return rows;
    }

    List<String> failures() {
        return failures;
    }
}
