package io.tidemark.gateway.analytics;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether records of requests are sent. Never down: requests are answered all the same. */
final class AnalyticsHealth implements HealthIndicator {
    private final Analytics analytics;

    AnalyticsHealth(Analytics analytics) {
        this.analytics = analytics;
    }

    @Override
    public Health health() {
        boolean drops = analytics.outage().lasts();
        Health.Builder health = drops ? Health.status("DROPPING") : Health.up();
        if (drops) {
            health.withDetail("why", analytics.outage().why());
        }
        return health.withDetail("sent", analytics.outbox().sent())
                .withDetail("dropped", analytics.outbox().dropped())
                .withDetail("waiting", analytics.outbox().waiting())
                .build();
    }
}
