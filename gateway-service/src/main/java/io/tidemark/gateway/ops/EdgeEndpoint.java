package io.tidemark.gateway.ops;

import io.tidemark.contracts.Watermark;
import io.tidemark.gateway.edge.EdgeMeters;
import io.tidemark.gateway.fill.RequestCollapser;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.log.PurgeLink;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.TieredStore;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** {@code GET /actuator/edge}: this gateway in one page. */
@Component
@Endpoint(id = "edge")
final class EdgeEndpoint {
    private final EdgeStats stats;
    private final EdgeMeters meters;
    private final TieredStore store;
    private final PurgeView purges;
    private final RequestCollapser collapser;
    private final HeldBytes bytes;
    private final OriginClient origins;
    private final ObjectProvider<PurgeLink> log;
    private final String region;
    private final String colo;

    EdgeEndpoint(
            EdgeStats stats,
            EdgeMeters meters,
            TieredStore store,
            PurgeView purges,
            RequestCollapser collapser,
            HeldBytes bytes,
            OriginClient origins,
            ObjectProvider<PurgeLink> log,
            GatewayIdentity gateway) {
        this.stats = stats;
        this.meters = meters;
        this.store = store;
        this.purges = purges;
        this.collapser = collapser;
        this.bytes = bytes;
        this.origins = origins;
        this.log = log;
        this.region = gateway.region();
        this.colo = gateway.colo();
    }

    /**
     * The page.
     *
     * @param hitRatio hits and stale hits among all answers that the cache took part in, 0 to 1
     * @param watermark the last purge applied
     * @param standing how this gateway stands to the purge log
     * @param lag purges in the log that are not applied yet, null without a log
     * @param counts since the start
     * @param saved origin calls saved by route
     * @param fillsUnderWay calls to origins that others may join
     * @param overload what is held for clients and origins
     * @param origins the state of each origin's breaker
     */
    record Page(
            String region,
            String colo,
            double hitRatio,
            String watermark,
            String standing,
            @Nullable Long lag,
            Watermark.Stats counts,
            Map<String, Long> saved,
            Stores stores,
            int fillsUnderWay,
            Overload overload,
            Map<String, String> origins) {}

    /**
     * What is held for clients and origins.
     *
     * @param stage what is given up for want of room; {@code normal}: nothing
     */
    record Overload(String stage, long heldBytes, long budgetBytes) {}

    /** Sizes in keys and bytes, estimated. */
    record Stores(long localKeys, long localBytes, long localMaxBytes, boolean shared, boolean sharedUp) {}

    @ReadOperation
    Page page() {
        PurgeLink link = log.getIfAvailable();
        OptionalLong lag = link == null ? OptionalLong.empty() : link.lag();
        return new Page(
                region,
                colo,
                meters.hitRatio(),
                purges.positionAtSend().toString(),
                purges.standing().label(),
                lag.isPresent() ? lag.getAsLong() : null,
                stats.stats(),
                meters.saved(),
                new Stores(
                        store.local().size(),
                        store.local().bytes(),
                        store.local().maxBytes(),
                        store.isShared(),
                        store.isSharedUp()),
                collapser.size(),
                new Overload(bytes.stage().label(), bytes.held(), bytes.budget()),
                origins.breakers().states());
    }
}
