package io.tidemark.gateway.store;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.redis.*}; where it is, and how to be let in, say Boot's own {@code spring.data.redis.*}.
 *
 * @param enabled whether there is a shared store
 * @param cluster whether the one address is a node of a Redis Cluster; several are {@code spring.data.redis.cluster.nodes}
 * @param budget the most that one call may take
 * @param rehearsal how long readiness waits at most until calls take no longer than that; 0: it does not
 */
public record RegionStoreProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("false") boolean cluster,
        @DefaultValue("50ms") Duration budget,
        @DefaultValue("5s") Duration rehearsal) {
    public RegionStoreProperties {
        if (!budget.isPositive()) {
            throw new IllegalArgumentException("tidemark.redis.budget must be positive: " + budget);
        }
        if (rehearsal.isNegative()) {
            throw new IllegalArgumentException("tidemark.redis.rehearsal must not be negative: " + rehearsal);
        }
    }
}
