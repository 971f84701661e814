package io.tidemark.invalidation.receipts;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One gateway of the fleet page.
 *
 * @param lagRecords purges in the log that it has not said to have applied; null if its log is another one
 * @param lagMs how long ago the oldest of those was published, by wall clocks; 0 without any
 * @param hitRatio hits, stale ones included, among all requests since its start; null before the first
 * @param lastHeartbeatMs since its last heartbeat was read here, by the monotonic clock
 * @param keys the names of the keys that it holds; null from a version that does not say it
 */
public record GatewayStatus(
        String region,
        String colo,
        String instance,
        Watermark.State state,
        Lease lease,
        Position watermark,
        @Nullable Long lagRecords,
        long lagMs,
        @Nullable Double hitRatio,
        long lastHeartbeatMs,
        List<String> uncoveredRoutes,
        Watermark.Stats stats,
        @Nullable KeyHoldings keys) {
    public enum Lease {
        /** Purges wait for it. */
        @JsonProperty("live")
        LIVE,
        /** It ran out: purges do not wait for it. */
        @JsonProperty("left-out")
        LEFT_OUT
    }

    static GatewayStatus of(
            Member member,
            boolean leftOut,
            @Nullable Position head,
            @Nullable Instant oldestNotCovered,
            long now,
            Instant wallClock) {
        Watermark last = member.last();
        Position watermark = last.position();
        boolean sameLog = head != null && head.epoch().equals(watermark.epoch());
        return new GatewayStatus(
                last.region(),
                last.colo(),
                member.instance(),
                last.state(),
                leftOut ? Lease.LEFT_OUT : Lease.LIVE,
                watermark,
                sameLog && head != null ? (Long) Math.max(0, head.offset() - watermark.offset()) : null,
                oldestNotCovered == null
                        ? 0
                        : Math.max(
                                0, Duration.between(oldestNotCovered, wallClock).toMillis()),
                hitRatio(last.stats()),
                TimeUnit.NANOSECONDS.toMillis(now - member.heardAt()),
                last.uncoveredRoutes(),
                last.stats(),
                last.keys());
    }

    private static @Nullable Double hitRatio(Watermark.Stats stats) {
        long hits = stats.hits() + stats.staleHits();
        long all = hits + stats.misses() + stats.bypasses();
        return all == 0 ? null : (Double) ((double) hits / all);
    }
}
