package io.tidemark.writequeue.log;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How writes reach the log, and how long they stay.
 *
 * @param timeout how long an append may take until it counts as failed; at least 2 s
 * @param keep how long a finished write's record stays in the write log
 * @param keepDead how long a dead letter is kept that holds no others; at least a minute
 */
@ConfigurationProperties(prefix = "tidemark.writes.log", ignoreUnknownFields = false)
public record LogProperties(
        @DefaultValue("4s") Duration timeout,
        @DefaultValue("7d") Duration keep,
        @DefaultValue("30d") Duration keepDead) {
    public LogProperties {
        if (timeout.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException("tidemark.writes.log.timeout must be at least 2 s: " + timeout);
        }
        if (keepDead.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("tidemark.writes.log.keep-dead must be at least 1 minute: " + keepDead);
        }
        if (keep.isNegative()) {
            throw new IllegalArgumentException("tidemark.writes.log.keep must not be negative: " + keep);
        }
    }
}
