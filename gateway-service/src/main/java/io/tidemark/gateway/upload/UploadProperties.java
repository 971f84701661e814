package io.tidemark.gateway.upload;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.uploads.*}: the content of requests.
 *
 * @param idle how long a client may send nothing while it is waited for: then 408
 * @param idleBehind the same while other requests wait for a place at its origin
 * @param leastRate what it must send a second while it is waited for, no longer than {@code idle} being made up for by what
 *     it sent before: else 408; 0: any rate
 * @param collect how much of each is here before the request goes on, to take a place at its origin; what is smaller is whole
 *     then; 0: nothing. Past the budget of all that is held ({@code tidemark.overload.budget}) 503
 */
@ConfigurationProperties(value = "tidemark.uploads", ignoreUnknownFields = false)
record UploadProperties(
        @DefaultValue("30s") Duration idle,
        @DefaultValue("5s") Duration idleBehind,
        @DefaultValue("500B") DataSize leastRate,
        @DefaultValue("64KB") DataSize collect) {
    UploadProperties {
        check(idle.isPositive(), "idle must be positive: " + idle);
        check(idleBehind.isPositive(), "idle-behind must be positive: " + idleBehind);
        check(!leastRate.isNegative(), "least-rate must not be negative: " + leastRate);
        check(!collect.isNegative(), "collect must not be negative: " + collect);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.uploads." + what);
        }
    }

    UploadLimits toLimits() {
        return new UploadLimits(collect.toBytes(), idle.toNanos(), idleBehind.toNanos(), leastRate.toBytes());
    }
}
