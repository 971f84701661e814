package io.tidemark.invalidation.console;

import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;

/** How the regions did in the last ten minutes, second by second. Thread-safe. */
final class FleetHistory {
    static final int SECONDS = 600;

    private final ReceiptBoard receipts;
    private final InstantSource clock;
    private final Deque<Point> points = new ArrayDeque<>();
    private Map<String, Counts> before = Map.of();

    FleetHistory(ReceiptBoard receipts, InstantSource clock) {
        this.receipts = receipts;
        this.clock = clock;
    }

    /** @param at milliseconds since the epoch, by the wall clock */
    record Point(long at, Map<String, Region> regions) {}

    /**
     * One region in one second.
     *
     * @param lagMs of the live gateway that is furthest behind; null without any that is live
     * @param hitRatio of the requests since the second before; null without any
     * @param requests since the second before
     */
    record Region(@Nullable Long lagMs, @Nullable Double hitRatio, long requests) {}

    private record Counts(long hits, long all) {
        static Counts of(Watermark.Stats stats) {
            long hits = stats.hits() + stats.staleHits();
            return new Counts(hits, hits + stats.misses() + stats.bypasses());
        }
    }

    @Scheduled(fixedRate = 1000)
    void look() {
        add(receipts.fleet());
    }

    synchronized void add(List<GatewayStatus> fleet) {
        Map<String, Counts> counts = new HashMap<>();
        Map<String, Region> regions = new TreeMap<>();
        for (GatewayStatus gateway : fleet) {
            Counts now = Counts.of(gateway.stats());
            Counts then = before.getOrDefault(gateway.instance(), now);
            counts.put(gateway.instance(), now);
            long hits = Math.max(0, now.hits() - then.hits());
            long all = Math.max(0, now.all() - then.all());
            Long lag = gateway.lease() == GatewayStatus.Lease.LIVE ? (Long) gateway.lagMs() : null;
            regions.merge(
                    gateway.region(),
                    new Region(lag, all == 0 ? null : (Double) ((double) hits / all), all),
                    FleetHistory::both);
        }
        before = counts;
        points.addLast(new Point(clock.millis(), regions));
        while (points.size() > SECONDS) {
            points.removeFirst();
        }
    }

    private static Region both(Region one, Region other) {
        long all = one.requests() + other.requests();
        double hits = hits(one) + hits(other);
        return new Region(
                one.lagMs() == null || (other.lagMs() != null && other.lagMs() > one.lagMs())
                        ? other.lagMs()
                        : one.lagMs(),
                all == 0 ? null : (Double) (hits / all),
                all);
    }

    private static double hits(Region region) {
        return region.hitRatio() == null ? 0 : region.hitRatio() * region.requests();
    }

    synchronized List<Point> points() {
        return List.copyOf(points);
    }

    synchronized @Nullable Point last() {
        return points.peekLast();
    }
}
