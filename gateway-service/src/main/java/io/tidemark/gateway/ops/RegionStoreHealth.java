package io.tidemark.gateway.ops;

import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.store.RegionStore;
import io.tidemark.gateway.store.StoreRehearsal;
import io.tidemark.gateway.store.StoreRehearsal.Outcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Ready once the region's store was rehearsed, or did not answer for {@code tidemark.redis.rehearsal}. A gateway that loses its
 * Redis later stays ready: it goes on without.
 */
@Component("regionStoreHealthIndicator")
@ConditionalOnProperty(name = "tidemark.redis.enabled", matchIfMissing = true)
final class RegionStoreHealth implements HealthIndicator, SmartLifecycle {
    private final RegionStore store;
    private final StoreRehearsal rehearsal;
    private final RedisConnections connections;
    private volatile boolean begun;

    RegionStoreHealth(RegionStore store, StoreRehearsal rehearsal, RedisConnections connections) {
        this.connections = connections;
        this.store = store;
        this.rehearsal = rehearsal;
    }

    @Override
    public Health health() {
        Outcome outcome = rehearsal.outcome();
        Health.Builder health = outcome == Outcome.UNDER_WAY ? Health.outOfService() : Health.up();
        health.withDetail("rehearsal", outcome.label()).withDetail("answers", store.isUp());
        if (!connections.why().isEmpty()) {
            health.withDetail("why", connections.why());
        }
        return health.build();
    }

    @Override
    public void start() {
        begun = true;
        rehearsal.begin();
    }

    @Override
    public void stop() {
        begun = false;
    }

    @Override
    public boolean isRunning() {
        return begun;
    }

    /** Beside the purge log, before requests are taken. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
    }
}
