package io.tidemark.gateway.origin;

import io.tidemark.commons.origins.DnsSettings;
import io.tidemark.commons.origins.OutlierSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.origins.*}.
 *
 * @param maxConnections the most calls under way at one origin, of all routes, each on a connection of its own
 * @param maxWait how long a call may wait for its turn
 * @param maxWaiting the most calls that wait for it
 * @param retries how often a safe request without a response is sent again at most; 0: never
 * @param retryBudget retries per call that an origin may cost on average, 0 to 1
 * @param connectionLife the longest that a connection is used for calls, so that an origin whose name leads elsewhere is
 *     followed; each lasts 0.6 to 1 of it
 * @param sslBundle whom to trust and as whom to appear, for all routes; absent: as the JVM
 * @param dns how the names of origins are looked up
 * @param outliers when one of several addresses is left out
 */
public record OriginsProperties(
        @DefaultValue("512") int maxConnections,
        @DefaultValue("512") int maxWaiting,
        @DefaultValue("2s") Duration maxWait,
        @DefaultValue("1") int retries,
        @DefaultValue("0.1") double retryBudget,
        @DefaultValue("30s") Duration connectionLife,
        @Nullable String sslBundle,
        @DefaultValue DnsSettings dns,
        @DefaultValue OutlierSettings outliers) {
    public OriginsProperties {
        check(maxConnections >= 1, "max-connections must be at least 1: " + maxConnections);
        check(maxWaiting >= 1, "max-waiting must be at least 1: " + maxWaiting);
        check(maxWait.isPositive(), "max-wait must be positive: " + maxWait);
        check(retries >= 0 && retries <= 5, "retries must be 0 to 5: " + retries);
        check(connectionLife.isPositive(), "connection-life must be positive: " + connectionLife);
        check(retryBudget >= 0 && retryBudget <= 1, "retry-budget must be 0 to 1: " + retryBudget);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.origins." + what);
        }
    }

    public OriginClient.Limits toLimits() {
        return new OriginClient.Limits(maxConnections, maxWaiting, maxWait, retries, retryBudget, connectionLife);
    }
}
