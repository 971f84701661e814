package io.tidemark.commons.kafka;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether brokers answer, and in their own words why not. Never down: what follows is for those who need them to say. */
final class KafkaHealth implements HealthIndicator {
    private final KafkaClients clients;

    KafkaHealth(KafkaClients clients) {
        this.clients = clients;
    }

    @Override
    public Health health() {
        BrokerQuestions questions = clients.questions();
        Health.Builder health = Health.up()
                .withDetail("answers", questions.isAnswered())
                .withDetail("brokers", clients.bootstrapServers());
        if (!questions.why().isEmpty()) {
            health.withDetail("why", questions.why());
        }
        return health.build();
    }
}
