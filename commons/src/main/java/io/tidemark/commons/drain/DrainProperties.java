package io.tidemark.commons.drain;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a service goes.
 *
 * @param drain how long everything is still answered after SIGTERM, and clients are asked to leave; 0: not at all
 */
@ConfigurationProperties("tidemark")
record DrainProperties(@DefaultValue("10s") Duration drain) {
    DrainProperties {
        if (drain.isNegative()) {
            throw new IllegalArgumentException("tidemark.drain must not be negative: " + drain);
        }
    }
}
