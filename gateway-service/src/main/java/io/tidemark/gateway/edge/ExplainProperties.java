package io.tidemark.gateway.edge;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.explain.*}: what is remembered of requests, for whoever asks by their ids.
 *
 * @param memory how much memory that may take; the oldest are forgotten first. 0: nothing is remembered
 * @param kept how long one is remembered
 * @param hits the share of the hits of memory that are remembered, 0 to 1; of all others all are
 * @param hitsPerSecond the most of those in a second: others would be forgotten too soon
 */
@ConfigurationProperties("tidemark.explain")
public record ExplainProperties(
        @DefaultValue("4MB") DataSize memory,
        @DefaultValue("15m") Duration kept,
        @DefaultValue("0.01") double hits,
        @DefaultValue("20") int hitsPerSecond) {
    public ExplainProperties {
        if (memory.isNegative()) {
            throw new IllegalArgumentException("tidemark.explain.memory must not be negative: " + memory);
        }
        if (kept.isNegative() || kept.isZero()) {
            throw new IllegalArgumentException("tidemark.explain.kept must be more than nothing: " + kept);
        }
        if (!(hits >= 0 && hits <= 1)) {
            throw new IllegalArgumentException("tidemark.explain.hits must be between 0 and 1: " + hits);
        }
        if (hitsPerSecond < 1) {
            throw new IllegalArgumentException("tidemark.explain.hits-per-second must be at least 1: " + hitsPerSecond);
        }
    }
}
