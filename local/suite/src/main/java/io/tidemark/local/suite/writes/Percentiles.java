package io.tidemark.local.suite.writes;

import java.util.List;

/** Of durations in milliseconds; zero if there are none. */
record Percentiles(long p50, long p90, long p99, long max) {
    static Percentiles of(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return new Percentiles(at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
    }

    private static long at(List<Long> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share)));
    }

    @Override
    public String toString() {
        return p50 + " / " + p90 + " / " + p99 + " / " + max;
    }
}
