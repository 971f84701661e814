package io.tidemark.writequeue.status;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long writes are remembered.
 *
 * @param retention of a write's status after it was delivered or discarded, and with it of its idempotency key; a write
 *     that is not finished is kept
 * @param patience how long Redis is asked again that refuses for the moment, as while a slot moves; zero: not at all
 */
@ConfigurationProperties(prefix = "tidemark.writes.status", ignoreUnknownFields = false)
public record StatusProperties(
        @DefaultValue("24h") Duration retention,
        @DefaultValue("2s") Duration patience) {
    public StatusProperties {
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("tidemark.writes.status.retention must be positive: " + retention);
        }
        if (patience.isNegative() || patience.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.writes.status.patience must not be negative, and at most 1 minute: " + patience);
        }
    }
}
