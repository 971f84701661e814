package io.tidemark.commons.configuration;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code GET /actuator/configuration}: which configuration is in force, since when, and what was refused. */
@Endpoint(id = "configuration")
public final class ConfigurationEndpoint {
    private final ConfigurationWatch watch;

    ConfigurationEndpoint(ConfigurationWatch watch) {
        this.watch = watch;
    }

    @ReadOperation
    public ConfigurationStanding standing() {
        return watch.standing();
    }
}
