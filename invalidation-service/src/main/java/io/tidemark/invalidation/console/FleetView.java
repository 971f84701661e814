package io.tidemark.invalidation.console;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The gateways, as their heartbeats tell: {@code gateway/<instance>}, {@code log/head}, {@code point/last}. */
final class FleetView implements Part {
    /** A heartbeat comes each half second: one that is older is shown by its age. */
    private static final long LATE_MS = 1500;

    private final ReceiptBoard receipts;
    private final FleetHistory history;
    private final JsonMapper json;

    FleetView(ReceiptBoard receipts, FleetHistory history, JsonMapper json) {
        this.receipts = receipts;
        this.history = history;
        this.json = json;
    }

    /**
     * One gateway. Nothing in it changes while nothing happens.
     *
     * @param silentMs since its last heartbeat, in whole seconds; 0 while they come
     */
    record Gateway(
            String region,
            String colo,
            String instance,
            Watermark.State state,
            GatewayStatus.Lease lease,
            Position watermark,
            @Nullable Long lagRecords,
            long lagMs,
            @Nullable Double hitRatio,
            long requests,
            long originCalls,
            long entries,
            long bytes,
            long silentMs,
            List<String> uncoveredRoutes) {
        static Gateway of(GatewayStatus status) {
            Watermark.Stats stats = status.stats();
            Double ratio = status.hitRatio();
            return new Gateway(
                    status.region(),
                    status.colo(),
                    status.instance(),
                    status.state(),
                    status.lease(),
                    status.watermark(),
                    status.lagRecords(),
                    status.lagMs(),
                    ratio == null ? null : (Double) (Math.round(ratio * 1000) / 1000.0),
                    stats.hits() + stats.staleHits() + stats.misses() + stats.bypasses(),
                    stats.originCalls(),
                    stats.localEntries(),
                    stats.localBytes(),
                    status.lastHeartbeatMs() < LATE_MS ? 0 : status.lastHeartbeatMs() / 1000 * 1000,
                    status.uncoveredRoutes());
        }
    }

    /**
     * The purge log.
     *
     * @param position the last purge that was read
     * @param open purges that are not complete
     */
    record Head(@Nullable Position position, int open, int openErasures, boolean caughtUp) {}

    @Override
    public void addTo(Map<String, String> entries) {
        for (GatewayStatus gateway : receipts.fleet()) {
            entries.put("gateway/" + gateway.instance(), json.writeValueAsString(Gateway.of(gateway)));
        }
        Head head = new Head(
                receipts.head().orElse(null), receipts.openPurges(), receipts.openErasures(), receipts.isCaughtUp());
        entries.put("log/head", json.writeValueAsString(head));
        FleetHistory.Point last = history.last();
        if (last != null) {
            entries.put("point/last", json.writeValueAsString(last));
        }
    }
}
