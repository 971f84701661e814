package io.tidemark.commons.topics;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * What the topics of this service are like. Never down: what follows is for those who use a topic to say. DEVIATING if what was
 * accepted may be lost or something old be served.
 */
final class TopicsHealth implements HealthIndicator {
    private final TopicWatch topics;

    TopicsHealth(TopicWatch topics) {
        this.topics = topics;
    }

    @Override
    public Health health() {
        boolean harmless =
                topics.deviations().stream().allMatch(deviation -> deviation.consequence() == Consequence.WEAKER);
        Health.Builder health = harmless ? Health.up() : Health.status("DEVIATING");
        return health.withDetail("complete", topics.isComplete())
                .withDetail(
                        "deviations",
                        topics.deviations().stream().map(Deviation::sentence).toList())
                .build();
    }
}
