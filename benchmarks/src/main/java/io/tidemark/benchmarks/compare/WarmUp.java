package io.tidemark.benchmarks.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The load that comes before what is counted, in rounds, until {@value #PATIENCE} in a row have cost no less than 95 % of
 * the cheapest before them. What still gets cheaper after the most rounds says so.
 */
final class WarmUp {
    private static final int PATIENCE = 3;
    private static final double GAIN = 0.95;

    private final int most;
    private final List<Double> cpuMicros = new ArrayList<>();

    /** @param most rounds, whether it has settled or not */
    WarmUp(int most) {
        this.most = most;
    }

    /** Adds a round by its processor time per request. */
    void add(double micros) {
        cpuMicros.add(micros);
    }

    int rounds() {
        return cpuMicros.size();
    }

    boolean goesOn() {
        return rounds() < most && !isSettled();
    }

    boolean isSettled() {
        int before = rounds() - PATIENCE;
        return before > 0
                && Collections.min(cpuMicros.subList(before, rounds()))
                        >= GAIN * Collections.min(cpuMicros.subList(0, before));
    }

    /** The rounds in their order: {@code 61.0 33.4 27.1 26.8 26.9}. */
    @Override
    public String toString() {
        return cpuMicros.stream()
                        .map(micros -> String.format(Locale.ROOT, "%.1f", micros))
                        .collect(Collectors.joining(" "))
                + (isSettled() ? "" : " (not settled)");
    }
}
