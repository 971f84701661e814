package io.tidemark.commons.tracing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.tracing.*}.
 *
 * @param slow requests that take longer are kept with all their steps, though they are not among the sampled share
 * @param keptPerSecond the most traces a second that are kept for how they ended
 * @param waiting the most spans that wait to be sent; those that come then are dropped and counted
 */
@ConfigurationProperties("tidemark.tracing")
public record TracingProperties(
        @DefaultValue("2s") Duration slow,
        @DefaultValue("50") int keptPerSecond,
        @DefaultValue("8192") int waiting) {
    public TracingProperties {
        if (slow.isNegative() || slow.isZero()) {
            throw new IllegalArgumentException("tidemark.tracing.slow must be more than nothing: " + slow);
        }
        if (keptPerSecond < 1) {
            throw new IllegalArgumentException("tidemark.tracing.kept-per-second must be at least 1: " + keptPerSecond);
        }
        if (waiting < 512) {
            throw new IllegalArgumentException("tidemark.tracing.waiting must be at least 512: " + waiting);
        }
    }
}
