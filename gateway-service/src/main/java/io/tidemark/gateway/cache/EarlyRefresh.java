package io.tidemark.gateway.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When a fresh response is refreshed before its lifetime ends: at random, the likelier the nearer the end is and the longer
 * its fetch took, so that a popular one is refreshed in time, by few, and not by all gateways at once (XFetch: Vattani,
 * Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015). It is due where
 * -δ·β·ln(u) reaches what remains of the lifetime; δ is the time that its head took, β is 1, u is drawn from (0, 1).
 *
 * <p>Deviations: a number is drawn not for each request but for each slice of time of δ/8, so that whoever asks within a
 * slice, the hit route or the filter, is told the same, and a busy response is no more likely to be refreshed than
 * needed; and δ counts for a tenth of the lifetime at most. Immutable; a call costs one comparison until the end is near.
 */
public final class EarlyRefresh {
    /** Draws the numbers: the same one for the same arguments. */
    @FunctionalInterface
    public interface Draws {
        /**
         * A number above 0 and below 1.
         *
         * @param response which stored response it is for
         * @param slice which slice of time
         */
        double draw(long response, long slice);

        /** Draws that another seed would make otherwise. */
        static Draws seeded(long seed) {
            return (response, slice) -> ((mix(seed ^ mix(response ^ mix(slice))) >>> 11) + 0.5) * 0x1p-53;
        }

        /** The finalizer of SplitMix64. */
        private static long mix(long value) {
            long z = value + 0x9e3779b97f4a7c15L;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }

    /** -ln of the least number that is drawn, rounded up: earlier than so many δ nothing is ever due. */
    private static final long FARTHEST = 38;

    private static final int SLICES = 8;
    private static final long LEAST_NANOS = 1_000_000;

    private final Draws draws;

    public EarlyRefresh(Draws draws) {
        this.draws = draws;
    }

    /** Whether a fresh response is to be refreshed now. */
    boolean isDue(ResponseHead head, Freshness fresh, Instant now) {
        long left = fresh.ttl().toNanos();
        long delta = Math.max(
                LEAST_NANOS,
                Math.min(head.fetchTime().toNanos(), fresh.lifetime().toNanos() / 10));
        if (left > FARTHEST * delta) {
            return false;
        }
        long resident = Duration.between(head.responseTime(), now).toNanos();
        long response = ChronoUnit.NANOS.between(Instant.EPOCH, head.responseTime());
        double u = draws.draw(response, resident / (delta / SLICES));
        return -delta * Math.log(u) >= left;
    }
}
