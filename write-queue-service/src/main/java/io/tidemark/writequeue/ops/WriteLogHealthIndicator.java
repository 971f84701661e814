package io.tidemark.writequeue.ops;

import io.tidemark.writequeue.delivery.DeliveryLoop;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Health of the delivery: out of service before the broker was reached and while it drains, HALTED if a record cannot be
 * read (this instance still accepts).
 */
@Component
class WriteLogHealthIndicator implements HealthIndicator {
    private final DeliveryLoop loop;

    WriteLogHealthIndicator(DeliveryLoop loop) {
        this.loop = loop;
    }

    @Override
    public Health health() {
        Health.Builder health = switch (loop.phase()) {
            case RUNNING -> loop.halted().isEmpty() ? Health.up() : Health.status("HALTED");
            case STARTING, DRAINING, STOPPED -> Health.outOfService();
        };
        return health.withDetail("phase", loop.phase().name().toLowerCase(java.util.Locale.ROOT))
                .withDetail("partitions", loop.partitions())
                .withDetail("pending", loop.pending())
                .withDetail("halted", loop.halted().toString())
                .withDetail("secondsSinceHeartbeat", loop.sinceHeartbeat().toSeconds())
                .build();
    }
}
