package io.tidemark.gateway.log;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.commons.time.ReferenceClock;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What there is to see of the purge log from this gateway. */
final class PurgeMetrics {
    private final MeterRegistry registry;
    private final Fence fence;
    private final ReferenceClock kafka;
    private final Timer propagation;
    private final Timer heartbeat;

    PurgeMetrics(MeterRegistry registry, PurgeLedger ledger, Fence fence, InstantSource clock) {
        this.registry = registry;
        this.fence = fence;
        this.kafka = new ReferenceClock("kafka", clock, System::nanoTime, registry);
        this.propagation = Timer.builder("tidemark.purge.propagation")
                .description("From when the log took the purge to when it was applied here, by the broker's clock;"
                        + " purges that are replayed are left out")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        this.heartbeat = Timer.builder("tidemark.heartbeat.acknowledged")
                .description("How long the broker takes to acknowledge a heartbeat")
                .register(registry);
        Gauge.builder("tidemark.purge.ledger.targets", ledger, PurgeLedger::size)
                .description("Purged targets that the ledger remembers")
                .register(registry);
        Gauge.builder("tidemark.purge.pending", ledger, PurgeLedger::pending)
                .description("Purges of this gateway's own that the log has not delivered yet")
                .register(registry);
        Gauge.builder("tidemark.purge.watermark", ledger, of -> of.watermark().offset())
                .description("The offset of the last purge applied")
                .register(registry);
        Gauge.builder("tidemark.purge.trusted", fence, of -> isTrusted() ? 1 : 0)
                .description("1 while the cache is trusted, 0 while each use is confirmed by the origin")
                .register(registry);
    }

    void lag(LongSupplier lag) {
        Gauge.builder("tidemark.purge.lag", lag, LongSupplier::getAsLong)
                .description("Purges in the log that are not applied yet")
                .strongReference(true)
                .register(registry);
    }

    /** A purge was applied that the broker took then, by its clock. */
    void applied(Instant appendedAt) {
        if (isTrusted()) {
            kafka.now()
                    .map(now -> Duration.between(appendedAt, now))
                    .ifPresent(took -> propagation.record(
                            took.isNegative() ? Duration.ZERO : took)); // by less than is known of the broker's clock
        }
    }

    void heartbeatAcknowledged(long sent, long now, @Nullable Instant appendedAt) {
        heartbeat.record(now - sent, TimeUnit.NANOSECONDS);
        if (appendedAt != null) {
            kafka.read(sent, now, appendedAt);
        }
    }

    private boolean isTrusted() {
        return fence.standing(System.nanoTime()) == Standing.CURRENT;
    }
}
