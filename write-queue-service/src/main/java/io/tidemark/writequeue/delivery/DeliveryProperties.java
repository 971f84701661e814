package io.tidemark.writequeue.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How writes are delivered.
 *
 * @param sessionTimeout an instance that is silent for this long loses its keys to the others; longer than any origin's
 *     timeout by at least 5 s, so that the silent one's attempts have ended by then
 * @param drainTimeout how long a rebalance or a shutdown waits for attempts under way
 * @param instanceId names this instance to the broker across restarts, so that one that is back within the session
 *     timeout keeps its keys; without it, each start is a new member
 * @param maxPending bytes of undelivered writes that one partition keeps in memory before it reads no further
 * @param keptAnswer how much of an origin's answer the status shows, at most 16KB; by default nothing, for it may be personal
 */
@ConfigurationProperties(prefix = "tidemark.writes.delivery", ignoreUnknownFields = false)
record DeliveryProperties(
        @DefaultValue("20s") Duration sessionTimeout,
        @DefaultValue("20s") Duration drainTimeout,
        @Nullable String instanceId,
        @DefaultValue("16MB") DataSize maxPending,
        @DefaultValue("0B") DataSize keptAnswer,
        @DefaultValue Retry retry,
        @DefaultValue Breaker breaker) {
    DeliveryProperties {
        if (sessionTimeout.compareTo(Duration.ofSeconds(6)) < 0) {
            throw new IllegalArgumentException(
                    "tidemark.writes.delivery.session-timeout must be at least 6 s: " + sessionTimeout);
        }
        if (keptAnswer.isNegative() || keptAnswer.toBytes() > 16_384) {
            throw new IllegalArgumentException(
                    "tidemark.writes.delivery.kept-answer must be 0B to 16KB: " + keptAnswer);
        }
        if (maxPending.toBytes() < 1) {
            throw new IllegalArgumentException("tidemark.writes.delivery.max-pending must be positive: " + maxPending);
        }
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "tidemark.writes.delivery.drain-timeout must not be negative: " + drainTimeout);
        }
    }

    /**
     * {@code tidemark.writes.delivery.retry.*}; see {@link RetryRule}.
     *
     * @param base doubled for each attempt that was made: the wait before the next one
     * @param max the longest of them
     * @param patience how long an origin may be out of reach before a write to it is given up
     * @param attempts how many there are before a write is a dead letter
     * @param jitter the share of each wait that is random, 0 to 1
     * @param maxRetryAfter the longest {@code Retry-After} that is obeyed
     */
    record Retry(
            @DefaultValue("1s") Duration base,
            @DefaultValue("30s") Duration max,
            @DefaultValue("24h") Duration patience,
            @DefaultValue("6") int attempts,
            @DefaultValue("0") double jitter,
            @DefaultValue("10m") Duration maxRetryAfter) {
        Retry {
            if (base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
                throw new IllegalArgumentException(
                        "tidemark.writes.delivery.retry.base must be positive and at most retry.max");
            }
            if (!patience.isPositive()) {
                throw new IllegalArgumentException(
                        "tidemark.writes.delivery.retry.patience must be positive: " + patience);
            }
            if (attempts < 1) {
                throw new IllegalArgumentException("tidemark.writes.delivery.retry.attempts must be at least 1");
            }
            if (!(jitter >= 0 && jitter <= 1)) {
                throw new IllegalArgumentException("tidemark.writes.delivery.retry.jitter must be between 0 and 1");
            }
        }

        RetryRule rule() {
            return new RetryRule(base, max, patience, attempts, jitter, maxRetryAfter);
        }
    }

    /**
     * When an origin counts as down.
     *
     * @param window how many of its latest attempts count, and how many there must be
     * @param failureRate the percentage of them that must have failed
     * @param openFor how long nothing is sent before it is probed
     * @param probes how many attempts probe it
     */
    record Breaker(
            @DefaultValue("50") int window,
            @DefaultValue("80") float failureRate,
            @DefaultValue("2s") Duration openFor,
            @DefaultValue("5") int probes) {
        Breaker {
            if (window < 1 || probes < 1 || !(failureRate > 0 && failureRate <= 100)) {
                throw new IllegalArgumentException("tidemark.writes.delivery.breaker: window and probes must be at"
                        + " least 1, failure-rate above 0 and at most 100");
            }
        }
    }
}
