package io.tidemark.gateway.log;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Standing;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready once the gateway has caught up with the purge log for the first time. A gateway that is cut off later stays
 * ready: it serves, and confirms each use of its cache at the origin.
 */
final class PurgeLogHealth implements HealthIndicator {
    private final PurgeLedger ledger;
    private final Fence fence;

    PurgeLogHealth(PurgeLedger ledger, Fence fence) {
        this.ledger = ledger;
        this.fence = fence;
    }

    @Override
    public Health health() {
        Standing standing = fence.standing(System.nanoTime());
        Position replayTo = fence.replayTo();
        Health.Builder health = standing == Standing.REPLAYING ? Health.outOfService() : Health.up();
        health.withDetail("standing", standing.label())
                .withDetail("watermark", ledger.watermark().toString());
        if (replayTo != null) {
            health.withDetail("replayTo", replayTo.toString());
        }
        return health.build();
    }
}
