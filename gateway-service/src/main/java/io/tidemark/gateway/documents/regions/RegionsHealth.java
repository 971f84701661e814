package io.tidemark.gateway.documents.regions;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** How far other regions know of this one's documents, and why not further. Never down: the region goes on by itself. */
final class RegionsHealth implements HealthIndicator {
    private final RegionPublisher publisher;
    private final RegionReader reader;
    private final RegionMeters meters;

    RegionsHealth(RegionPublisher publisher, RegionReader reader, RegionMeters meters) {
        this.publisher = publisher;
        this.reader = reader;
        this.meters = meters;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up()
                .withDetail("unpublished", meters.waiting())
                .withDetail("lagSeconds", meters.lag())
                .withDetail("unread", meters.unread());
        if (!publisher.outage().why().isEmpty()) {
            health.withDetail("whyNotPublished", publisher.outage().why());
        }
        if (!reader.why().isEmpty()) {
            health.withDetail("whyNotRead", reader.why());
        }
        return health.build();
    }
}
