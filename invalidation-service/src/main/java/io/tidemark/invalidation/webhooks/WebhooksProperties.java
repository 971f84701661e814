package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the signed requests.
 *
 * @param maxBody the largest body; holds 1,000 targets of 1,000 characters
 * @param publishTimeout how long a request waits for the purge log before it is answered 503
 */
@ConfigurationProperties("tidemark.webhooks")
public record WebhooksProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("5s") Duration publishTimeout) {
    public WebhooksProperties {
        if (maxBody.toBytes() < 1 || maxBody.toBytes() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("tidemark.webhooks.max-body must be between 1B and 2GB: " + maxBody);
        }
        if (!publishTimeout.isPositive() || publishTimeout.compareTo(ReplayGuard.CLAIM.minusSeconds(5)) > 0) {
            throw new IllegalArgumentException("tidemark.webhooks.publish-timeout must be positive and at most "
                    + ReplayGuard.CLAIM.minusSeconds(5).toSeconds() + "s: " + publishTimeout);
        }
    }
}
