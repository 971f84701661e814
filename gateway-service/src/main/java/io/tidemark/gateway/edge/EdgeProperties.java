package io.tidemark.gateway.edge;

import io.tidemark.commons.origins.DnsSettings;
import io.tidemark.commons.origins.OutlierSettings;
import io.tidemark.gateway.origin.OriginClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.*}: what this gateway does.
 *
 * @param origin where the routes of the shipped profiles lead
 * @param policies the named policies; {@code standard} is there without being named
 * @param store where stored responses are kept
 * @param redis the region's Redis
 * @param origins calls to origins
 * @param readAfter requests with Edge-Read-After
 * @param refresh refreshes that nobody asks for
 * @param shields where the gateways of the regions are, for policies that fill through them
 */
@ConfigurationProperties("tidemark")
record EdgeProperties(
        @DefaultValue("http://127.0.0.1:8084") URI origin,
        @DefaultValue Map<String, PolicyProperties> policies,
        @DefaultValue Store store,
        @DefaultValue Redis redis,
        @DefaultValue Origins origins,
        @DefaultValue ReadAfter readAfter,
        @DefaultValue Refresh refresh,
        @DefaultValue Map<String, URI> shields) {
    /**
     * {@code tidemark.store.*}.
     *
     * @param localSize the most that the stored responses of this process may take
     * @param maxVariants the most variants of one resource in this process
     */
    record Store(
            @DefaultValue("128MB") DataSize localSize,
            @DefaultValue("32") int maxVariants) {
        Store {
            if (localSize.isNegative() || maxVariants < 1) {
                throw new IllegalArgumentException(
                        "tidemark.store.local-size must not be negative, tidemark.store.max-variants at least 1");
            }
        }
    }

    /**
     * {@code tidemark.redis.*}; where it is, and how to be let in, say Boot's own {@code spring.data.redis.*}.
     *
     * @param enabled whether there is a shared store
     * @param cluster whether the one address is a node of a Redis Cluster; several are {@code spring.data.redis.cluster.nodes}
     * @param budget the most that one call may take
     * @param rehearsal how long readiness waits at most until calls take no longer than that; 0: it does not
     */
    record Redis(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("false") boolean cluster,
            @DefaultValue("50ms") Duration budget,
            @DefaultValue("5s") Duration rehearsal) {
        Redis {
            if (!budget.isPositive()) {
                throw new IllegalArgumentException("tidemark.redis.budget must be positive: " + budget);
            }
            if (rehearsal.isNegative()) {
                throw new IllegalArgumentException("tidemark.redis.rehearsal must not be negative: " + rehearsal);
            }
        }
    }

    /**
     * {@code tidemark.origins.*}.
     *
     * @param maxConnections the most calls under way at one origin, of all routes, each on a connection of its own
     * @param maxWaiting the most calls that wait for their turn
     * @param maxWait how long each may wait
     * @param retries how often a safe request without a response is sent again at most; 0: never
     * @param retryBudget retries per call that an origin may cost on average, 0 to 1
     * @param connectionLife the longest that a connection is used for calls, so that an origin whose name leads elsewhere is
     *     followed; each lasts 0.6 to 1 of it
     * @param sslBundle whom to trust and as whom to appear, for all routes; absent: as the JVM
     * @param dns how the names of origins are looked up
     * @param outliers when one of several addresses is left out
     */
    record Origins(
            @DefaultValue("512") int maxConnections,
            @DefaultValue("512") int maxWaiting,
            @DefaultValue("2s") Duration maxWait,
            @DefaultValue("1") int retries,
            @DefaultValue("0.1") double retryBudget,
            @DefaultValue("30s") Duration connectionLife,
            @Nullable String sslBundle,
            @DefaultValue DnsSettings dns,
            @DefaultValue OutlierSettings outliers) {
        Origins {
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

        OriginClient.Limits toLimits() {
            return new OriginClient.Limits(maxConnections, maxWaiting, maxWait, retries, retryBudget, connectionLife);
        }
    }

    /**
     * {@code tidemark.refresh.*}.
     *
     * @param rate the most refreshes a second of the hottest responses, of all policies with {@code refresh-hottest}
     */
    record Refresh(@DefaultValue("20") int rate) {
        Refresh {
            if (rate < 1) {
                throw new IllegalArgumentException("tidemark.refresh.rate must be at least 1: " + rate);
            }
        }
    }

    /**
     * {@code tidemark.read-after.*}.
     *
     * @param limit {@code wait}: how long a request waits for the watermark that it asks for, before it goes to the origin
     */
    record ReadAfter(@Name("wait") @DefaultValue("250ms") Duration limit) {}
}
