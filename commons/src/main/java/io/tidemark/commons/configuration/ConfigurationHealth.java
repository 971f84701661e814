package io.tidemark.commons.configuration;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** REFUSED while the files say what is not in force. Never down: what is in force works. */
final class ConfigurationHealth implements HealthIndicator {
    private final ConfigurationWatch watch;

    ConfigurationHealth(ConfigurationWatch watch) {
        this.watch = watch;
    }

    @Override
    public Health health() {
        ConfigurationStanding standing = watch.standing();
        ConfigurationStanding.Refused refused = standing.refused();
        Health.Builder health = refused == null ? Health.up() : Health.status("REFUSED");
        health.withDetail("version", standing.version() == null ? "none" : standing.version())
                .withDetail("since", standing.since());
        if (refused != null) {
            health.withDetail("refused", refused);
        }
        return health.build();
    }
}
