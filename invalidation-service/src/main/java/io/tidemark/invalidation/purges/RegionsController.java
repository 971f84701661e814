package io.tidemark.invalidation.purges;

import static org.springframework.http.HttpHeaders.AUTHORIZATION;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.pollers.PollerStatus;
import io.tidemark.invalidation.pollers.Pollers;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/regions}: the fleet, as its watermarks tell it. */
@RestController
class RegionsController {
    private final ReceiptBoard receipts;
    private final Pollers pollers;
    private final Readers readers;

    RegionsController(ReceiptBoard receipts, Pollers pollers, Readers readers) {
        this.readers = readers;
        this.receipts = receipts;
        this.pollers = pollers;
    }

    /**
     * @param head the last purge in the log that was read
     * @param openPurges purges that are not complete
     */
    record Regions(@Nullable Position head, int openPurges, Map<String, Region> regions, List<PollerStatus> pollers) {}

    /**
     * @param liveGateways how many hold a lease
     * @param hitRatio over the gateways' requests since their start; null before the first
     * @param lagRecords of the live gateway that is furthest behind
     * @param lagMs of the live gateway that is furthest behind
     */
    record Region(
            int liveGateways, @Nullable Double hitRatio, long lagRecords, long lagMs, List<GatewayStatus> gateways) {
        static Region of(List<GatewayStatus> gateways) {
            List<GatewayStatus> live = gateways.stream()
                    .filter(g -> g.lease() == GatewayStatus.Lease.LIVE)
                    .toList();
            return new Region(
                    live.size(),
                    hitRatio(gateways),
                    live.stream()
                            .map(GatewayStatus::lagRecords)
                            .mapToLong(lag -> lag == null ? 0 : lag)
                            .max()
                            .orElse(0),
                    live.stream().mapToLong(GatewayStatus::lagMs).max().orElse(0),
                    gateways);
        }

        private static @Nullable Double hitRatio(List<GatewayStatus> gateways) {
            long hits = 0;
            long all = 0;
            for (GatewayStatus gateway : gateways) {
                Watermark.Stats stats = gateway.stats();
                hits += stats.hits() + stats.staleHits();
                all += stats.hits() + stats.staleHits() + stats.misses() + stats.bypasses();
            }
            return all == 0 ? null : (Double) ((double) hits / all);
        }
    }

    @GetMapping("/v1/regions")
    Regions regions(@RequestHeader(name = AUTHORIZATION, required = false) @Nullable String authorization) {
        readers.requireOperator(authorization);
        Map<String, Region> regions = receipts.fleet().stream()
                .collect(Collectors.groupingBy(
                        GatewayStatus::region,
                        TreeMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), Region::of)));
        return new Regions(receipts.head().orElse(null), receipts.openPurges(), regions, pollers.status());
    }
}
