package io.tidemark.commons.topics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.topics.*}: how topics are made, and what is asked of those that are there. The same for all services.
 *
 * @param replicas how many of each topic; -1: as many as the brokers make by default, and no number is asked for
 * @param purgeRetention how long a purge stays in its log at least
 * @param writePartitions of a write log that is made; absent: 12. One that is there keeps its own
 * @param purgeSpacing between two appends to the purge log
 * @param checkEvery how often the topics are compared with what is needed
 */
@ConfigurationProperties("tidemark.topics")
public record TopicsProperties(
        @DefaultValue("-1") short replicas,
        @DefaultValue("7d") Duration purgeRetention,
        @Nullable Integer writePartitions,
        @DefaultValue("20ms") Duration purgeSpacing,
        @DefaultValue("5m") Duration checkEvery) {
    static final int WRITE_PARTITIONS = 12;

    public TopicsProperties {
        if (replicas == 0 || replicas < -1) {
            throw new IllegalArgumentException(
                    "tidemark.topics.replicas must be at least 1, or -1 for the brokers' default: " + replicas);
        }
        if (writePartitions != null && writePartitions < 1) {
            throw new IllegalArgumentException(
                    "tidemark.topics.write-partitions must be at least 1: " + writePartitions);
        }
        if (!purgeRetention.isPositive()) {
            throw new IllegalArgumentException("tidemark.topics.purge-retention must be positive: " + purgeRetention);
        }
        if (purgeSpacing.isNegative()) {
            throw new IllegalArgumentException("tidemark.topics.purge-spacing must not be negative: " + purgeSpacing);
        }
        if (!checkEvery.isPositive()) {
            throw new IllegalArgumentException("tidemark.topics.check-every must be positive: " + checkEvery);
        }
    }
}
