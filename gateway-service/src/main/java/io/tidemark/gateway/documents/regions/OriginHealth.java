package io.tidemark.gateway.documents.regions;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether the origin hears of documents; always up, as clients are served without it. */
final class OriginHealth implements HealthIndicator {
    private final DocumentForwarder forwarder;

    OriginHealth(DocumentForwarder forwarder) {
        this.forwarder = forwarder;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up().withDetail("tooLarge", forwarder.tooLarge());
        if (!forwarder.outage().why().isEmpty()) {
            health.withDetail("whyNotTold", forwarder.outage().why());
        }
        return health.build();
    }
}
