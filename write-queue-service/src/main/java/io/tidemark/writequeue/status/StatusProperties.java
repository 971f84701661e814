package io.tidemark.writequeue.status;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long writes are remembered.
 *
 * @param retention of a write's status after it was delivered or discarded, and with it of its idempotency key; a write
 *     that is not finished is kept
 */
@ConfigurationProperties("tidemark.writes.status")
public record StatusProperties(@DefaultValue("24h") Duration retention) {
    public StatusProperties {
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("tidemark.writes.status.retention must be positive: " + retention);
        }
    }
}
