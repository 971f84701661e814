package io.tidemark.local.suite.figures;

import java.util.Collection;
import java.util.Locale;

/** Of measured values, in whatever unit they have: the least of them that so large a share is not above. Zero if there are none. */
public final class Percentiles {
    private final long[] sorted;

    private Percentiles(long[] sorted) {
        this.sorted = sorted;
    }

    public static Percentiles of(Collection<Long> values) {
        return new Percentiles(
                values.stream().mapToLong(Long::longValue).sorted().toArray());
    }

    /**
     * The value of a share.
     *
     * @param share 0.5 for the median, 1 for the greatest
     */
    public long at(double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)];
    }

    /** The same in a larger unit, with one decimal; "-" if there are none. */
    public String at(double share, int perUnit) {
        return sorted.length == 0 ? "-" : String.format(Locale.ROOT, "%.1f", at(share) / (double) perUnit);
    }

    /** p50 / p90 / p99 / max in a larger unit, with one decimal. */
    public String text(int perUnit) {
        return at(0.5, perUnit) + " / " + at(0.9, perUnit) + " / " + at(0.99, perUnit) + " / " + at(1, perUnit);
    }

    /** p50 / p90 / p99 / max. */
    @Override
    public String toString() {
        return at(0.5) + " / " + at(0.9) + " / " + at(0.99) + " / " + at(1);
    }
}
