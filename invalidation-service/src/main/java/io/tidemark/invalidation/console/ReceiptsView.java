package io.tidemark.invalidation.console;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.purges.ShownPurges;
import io.tidemark.invalidation.receipts.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The last purges: {@code purge/<id>} in short, and of the newest {@code receipt/<id>} in whole. */
final class ReceiptsView implements Part {
    private static final int SHORT = 50;
    private static final int WHOLE = 5;
    private static final int TARGETS = 10;

    private final ReceiptBoard receipts;
    private final ShownPurges shown;
    private final JsonMapper json;

    ReceiptsView(ReceiptBoard receipts, ShownPurges shown, JsonMapper json) {
        this.receipts = receipts;
        this.shown = shown;
        this.json = json;
    }

    /**
     * A purge in short.
     *
     * @param targets the first of them
     * @param count how many there are
     */
    record Summary(
            String id,
            Position position,
            String source,
            List<Target> targets,
            int count,
            Purge.Mode mode,
            Instant publishedAt,
            boolean complete,
            @Nullable Long tookMs,
            Map<String, Region> regions) {
        static Summary of(Receipt receipt) {
            Map<String, Region> regions = new TreeMap<>();
            receipt.regions().forEach((name, region) -> regions.put(name, Region.of(region)));
            List<Target> targets = receipt.targets();
            return new Summary(
                    receipt.id(),
                    receipt.position(),
                    receipt.source(),
                    targets.subList(0, Math.min(TARGETS, targets.size())),
                    targets.size(),
                    receipt.mode(),
                    receipt.publishedAt(),
                    receipt.complete(),
                    receipt.tookMs(),
                    regions);
        }
    }

    /** @param applied how many of its gateways have it */
    record Region(boolean complete, @Nullable Long tookMs, long applied, int gateways) {
        static Region of(Receipt.Region region) {
            return new Region(
                    region.complete(),
                    region.tookMs(),
                    region.gateways().stream().filter(Receipt.Gateway::applied).count(),
                    region.gateways().size());
        }
    }

    @Override
    public void addTo(Map<String, String> entries) {
        List<Receipt> latest = receipts.latest(SHORT, _ -> true);
        for (int i = 0; i < latest.size(); i++) {
            Receipt receipt = shown.shown(latest.get(i));
            entries.put("purge/" + receipt.id(), json.writeValueAsString(Summary.of(receipt)));
            if (i < WHOLE) {
                entries.put("receipt/" + receipt.id(), json.writeValueAsString(receipt));
            }
        }
    }
}
