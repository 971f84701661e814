package io.tidemark.invalidation.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.receipts.GatewayStatus;
import io.tidemark.invalidation.receipts.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How long purges take and how far gateways are behind.
 *
 * <ul>
 *   <li>{@code tidemark.purge.propagation}: from when this instance read a purge to its completion, per region and for all
 *       ({@code region="all"}); only purges published since the start of this instance
 *   <li>{@code tidemark.gateway.lag.records}, {@code tidemark.gateway.lag.ms}: per live gateway, once a second
 *   <li>{@code tidemark.purges.open}: purges that are not complete
 *   <li>{@code tidemark.subjects.erasures.open}, {@code tidemark.subjects.erasures.completed}: erasures of persons
 * </ul>
 */
@Component
class InvalidationMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
        Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final ReceiptBoard receipts;
    private final Instant startedAt;
    private final MultiGauge lagRecords;
    private final MultiGauge lagMs;
    private final Counter erased;

    InvalidationMetrics(MeterRegistry registry, ReceiptBoard receipts, InstantSource clock) {
        this.registry = registry;
        this.receipts = receipts;
        this.startedAt = clock.instant();
        this.lagRecords = MultiGauge.builder("tidemark.gateway.lag.records").register(registry);
        this.lagMs = MultiGauge.builder("tidemark.gateway.lag.ms").register(registry);
        Gauge.builder("tidemark.purges.open", receipts, ReceiptBoard::openPurges)
                .register(registry);
        Gauge.builder("tidemark.subjects.erasures.open", receipts, ReceiptBoard::openErasures)
                .description("Erasures of persons that are not complete")
                .register(registry);
        this.erased = Counter.builder("tidemark.subjects.erasures.completed")
                .description("Erasures of persons that became complete")
                .register(registry);
        receipts.onComplete(this::completed);
    }

    private void completed(Receipt receipt) {
        boolean erasure = receipt.targets().stream().anyMatch(target -> target.kind() == Target.Kind.SUBJECT);
        if (erasure) {
            erased.increment();
        } else if (receipt.publishedAt().isAfter(startedAt)) {
            record("all", receipt.tookMs());
            receipt.regions().forEach((name, region) -> record(name, region.tookMs()));
        }
    }

    private void record(String region, @Nullable Long tookMs) {
        if (tookMs != null) {
            Timer.builder("tidemark.purge.propagation")
                    .tag("region", region)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry)
                    .record(Duration.ofMillis(tookMs));
        }
    }

    @Scheduled(fixedRate = 1000)
    void update() {
        List<GatewayStatus> live = receipts.fleet().stream()
                .filter(g -> g.lease() == GatewayStatus.Lease.LIVE)
                .toList();
        lagRecords.register(rows(live, g -> g.lagRecords() == null ? Double.NaN : g.lagRecords()), true);
        lagMs.register(rows(live, GatewayStatus::lagMs), true);
    }

    private static List<MultiGauge.Row<?>> rows(List<GatewayStatus> live, ToDoubleFunction<GatewayStatus> value) {
        return live.stream()
                .<MultiGauge.Row<?>>map(g -> MultiGauge.Row.of(
                        Tags.of("region", g.region(), "colo", g.colo(), "instance", g.instance()),
                        value.applyAsDouble(g)))
                .toList();
    }
}
