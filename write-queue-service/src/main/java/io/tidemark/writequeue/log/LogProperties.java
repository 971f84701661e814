package io.tidemark.writequeue.log;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How writes reach the log.
 *
 * @param timeout how long an append may take until it counts as failed; at least 2 s
 */
@ConfigurationProperties("tidemark.writes.log")
public record LogProperties(@DefaultValue("4s") Duration timeout) {
    public LogProperties {
        if (timeout.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException("tidemark.writes.log.timeout must be at least 2 s: " + timeout);
        }
    }
}
