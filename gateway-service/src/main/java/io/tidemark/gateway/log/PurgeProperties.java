package io.tidemark.gateway.log;

import io.tidemark.gateway.purge.PurgeLedger;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.purge.*}.
 *
 * @param fence how long after the sending of its last acknowledged heartbeat a gateway trusts its cache; must be shorter
 *     than the lease of the invalidation service (3 s)
 * @param heartbeat the longest time between two heartbeats
 * @param maxTargets the most purged targets to remember; past it, what was filled longer ago counts as purged
 * @param maxPatterns the most purged patterns to remember
 * @param remember how long a purge is remembered; a response that was filled longer ago than that counts as purged
 * @param eraser whether this gateway takes part in erasing purged responses from its region's Redis
 */
@ConfigurationProperties(value = "tidemark.purge", ignoreUnknownFields = false)
public record PurgeProperties(
        @DefaultValue("2s") Duration fence,
        @DefaultValue("500ms") Duration heartbeat,
        @DefaultValue("1000000") int maxTargets,
        @DefaultValue("2000") int maxPatterns,
        @DefaultValue("7d") Duration remember,
        @DefaultValue("true") boolean eraser) {
    public PurgeProperties {
        if (!heartbeat.isPositive() || heartbeat.multipliedBy(2).compareTo(fence) > 0) {
            throw new IllegalArgumentException("tidemark.purge.heartbeat (" + heartbeat
                    + ") must be at most half of tidemark.purge.fence (" + fence + ")");
        }
        if (maxTargets < 2 || maxPatterns < 2) {
            throw new IllegalArgumentException("tidemark.purge.max-targets and max-patterns must be at least 2");
        }
        if (!remember.isPositive()) {
            throw new IllegalArgumentException("tidemark.purge.remember must be positive: " + remember);
        }
    }

    PurgeLedger.Limits limits() {
        return new PurgeLedger.Limits(maxTargets, maxPatterns, remember);
    }
}
