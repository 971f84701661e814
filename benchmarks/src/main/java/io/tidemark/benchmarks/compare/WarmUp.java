package io.tidemark.benchmarks.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The load that comes before what is counted, in rounds, until the last {@value #WINDOW} cost the same: within
 * {@value #TOLERANCE} of each other. What has not settled after the most rounds says so.
 */
final class WarmUp {
    private static final int WINDOW = 3;
    private static final double TOLERANCE = 0.06;

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
        if (rounds() < WINDOW) {
            return false;
        }
        List<Double> last = cpuMicros.subList(rounds() - WINDOW, rounds());
        return Collections.max(last) <= Collections.min(last) * (1 + TOLERANCE);
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
