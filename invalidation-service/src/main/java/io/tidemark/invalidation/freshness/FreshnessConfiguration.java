package io.tidemark.invalidation.freshness;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.invalidation.log.ReceiptBoard;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FreshnessProperties.class)
class FreshnessConfiguration {
    @Bean
    CanaryHistory canaryHistory() {
        return new CanaryHistory();
    }

    @Bean
    Freshness freshness(
            FreshnessProperties properties, CanaryHistory history, MeterRegistry meters, InstantSource clock) {
        return new Freshness(properties.regions(), history, meters, System::nanoTime, clock);
    }

    /** Never down for what gateways serve: a restart would not make that any newer. */
    @Bean
    HealthIndicator freshnessHealthIndicator(Freshness freshness) {
        return () -> {
            Freshness.Report report = freshness.report();
            Health.Builder health = Health.up().withDetail("on", report.on());
            report.regions()
                    .forEach((name, region) ->
                            health.withDetail(name, "asked " + region.asked() + " times, " + region.old() + " old"));
            return health.build();
        };
    }

    @Bean
    FreshnessWatch freshnessWatch(
            FreshnessProperties properties,
            CanaryHistory history,
            Freshness freshness,
            ReceiptBoard receipts,
            InstantSource clock) {
        List<Gateway> gateways = new ArrayList<>();
        properties
                .regions()
                .forEach((region, addresses) ->
                        addresses.forEach(address -> gateways.add(Gateway.of(region, address, properties.timeout()))));
        var changes = new Changes();
        List<Runnable> work = new ArrayList<>();
        if (properties.isOn()) {
            var observer = new Observer(
                    gateways, properties.canary(), history, changes, freshness, properties, clock.instant());
            receipts.onComplete(observer::complete);
            work.add(observer);
        }
        if (properties.canary() != null && properties.origin() != null) {
            Canary canary = new Canary(
                    properties.origin(),
                    properties.change(),
                    properties.changeMethod(),
                    properties.changeBody(),
                    properties.timeout());
            work.add(new Prober(canary, properties.canary(), gateways, history, changes, freshness, properties));
        }
        return new FreshnessWatch(work);
    }
}
