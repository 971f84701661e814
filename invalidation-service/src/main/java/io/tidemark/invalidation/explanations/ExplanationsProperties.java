package io.tidemark.invalidation.explanations;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Explanations of requests.
 *
 * @param timeout how long the gateways' answers are waited for
 * @param atOnce how many questions may be under way at once; more are refused with 429
 */
@ConfigurationProperties(value = "tidemark.explanations", ignoreUnknownFields = false)
record ExplanationsProperties(
        @DefaultValue("3s") Duration timeout,
        @DefaultValue("4") int atOnce) {
    ExplanationsProperties {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("tidemark.explanations.timeout must be positive: " + timeout);
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException("tidemark.explanations.at-once must be at least 1: " + atOnce);
        }
    }
}
