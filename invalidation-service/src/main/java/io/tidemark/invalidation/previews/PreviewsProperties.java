package io.tidemark.invalidation.previews;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Previews of purges.
 *
 * @param timeout how long the gateways' answers are waited for
 */
@ConfigurationProperties(value = "tidemark.previews", ignoreUnknownFields = false)
record PreviewsProperties(@DefaultValue("3s") Duration timeout) {
    PreviewsProperties {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("tidemark.previews.timeout must be positive: " + timeout);
        }
    }
}
