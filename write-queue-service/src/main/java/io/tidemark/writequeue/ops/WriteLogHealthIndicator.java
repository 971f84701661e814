package io.tidemark.writequeue.ops;

import io.tidemark.writequeue.acceptance.LogGuard;
import io.tidemark.writequeue.delivery.DeliveryLoop;
import io.tidemark.writequeue.log.LogContract;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the write log can be read and written, and keeps what is accepted; out of service otherwise. HALTED if a record cannot
 * be read (this instance still accepts).
 */
@Component
class WriteLogHealthIndicator implements HealthIndicator {
    private final DeliveryLoop loop;
    private final LogContract logs;
    private final LogGuard guard;

    WriteLogHealthIndicator(DeliveryLoop loop, LogContract logs, LogGuard guard) {
        this.loop = loop;
        this.logs = logs;
        this.guard = guard;
    }

    @Override
    public Health health() {
        Optional<String> objection = guard.objection().or(logs::refusal);
        Health.Builder health = !loop.isReading() || objection.isPresent()
                ? Health.outOfService()
                : loop.halted().isEmpty() ? Health.up() : Health.status("HALTED");
        objection.ifPresent(why -> health.withDetail("why", why));
        return health.withDetail("phase", loop.phase().name().toLowerCase(Locale.ROOT))
                .withDetail("partitions", loop.partitions())
                .withDetail("pending", loop.pending())
                .withDetail("halted", loop.halted().toString())
                .withDetail("secondsSinceHeartbeat", loop.sinceHeartbeat().toSeconds())
                .build();
    }
}
