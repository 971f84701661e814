package io.tidemark.invalidation.log;

import io.tidemark.invalidation.receipts.Receipts;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is kept of the purge log.
 *
 * @param capacity how many receipts are kept in memory; the oldest is forgotten first
 * @param maxTargets how many targets they may have between them; one of more than 64 characters counts for one more for each 64
 * @param lease how long a gateway counts after its last heartbeat; must be longer than the gateways' fence of 2 s
 * @param maxWait the longest {@code Prefer: wait}
 * @param maxWaiting how many requests may wait at once; those past it are answered without waiting
 */
@ConfigurationProperties(value = "tidemark.receipts", ignoreUnknownFields = false)
public record ReceiptsProperties(
        @DefaultValue("10000") int capacity,
        @DefaultValue("100000") int maxTargets,
        @DefaultValue("3s") Duration lease,
        @DefaultValue("30s") Duration maxWait,
        @DefaultValue("500") int maxWaiting) {
    /** How long a gateway trusts its cache after the sending of its last acknowledged heartbeat. */
    private static final Duration FENCE = Duration.ofSeconds(2);

    public ReceiptsProperties {
        if (capacity < 1) {
            throw new IllegalArgumentException("tidemark.receipts.capacity must be at least 1: " + capacity);
        }
        if (maxTargets < 1) {
            throw new IllegalArgumentException("tidemark.receipts.max-targets must be at least 1: " + maxTargets);
        }
        if (lease.compareTo(FENCE) <= 0) {
            throw new IllegalArgumentException(
                    "tidemark.receipts.lease must be longer than the gateways' fence of 2s: " + lease);
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("tidemark.receipts.max-waiting must not be negative: " + maxWaiting);
        }
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("tidemark.receipts.max-wait must not be negative: " + maxWait);
        }
    }

    Receipts.Bounds bounds() {
        return new Receipts.Bounds(capacity, maxTargets);
    }
}
