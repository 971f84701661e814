package io.tidemark.gateway.session;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether the Redis of data keys answers. A gateway without it stays up: only what is of users waits for it. */
@Component("keyStoreHealthIndicator")
@ConditionalOnProperty("tidemark.state.enabled")
final class KeyStoreHealth implements HealthIndicator {
    private final KeyStore store;

    KeyStoreHealth(KeyStore store) {
        this.store = store;
    }

    @Override
    public Health health() {
        Health.Builder health =
                Health.up().withDetail("own", store.isSeparate()).withDetail("answers", store.isUp());
        if (!store.why().isEmpty()) {
            health.withDetail("why", store.why());
        }
        return health.build();
    }
}
