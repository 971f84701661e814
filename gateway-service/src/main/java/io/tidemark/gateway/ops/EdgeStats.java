package io.tidemark.gateway.ops;

import io.tidemark.contracts.Watermark;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.edge.EdgeMeters;
import io.tidemark.gateway.log.GatewayStats;
import io.tidemark.gateway.origin.OriginClient;
import io.tidemark.gateway.policy.CachedRoutes;
import io.tidemark.gateway.policy.WhenCutOff;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.state.erasure.PersonErasure;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What this gateway says of itself in its heartbeats. */
@Component
final class EdgeStats implements GatewayStats {
    private final EdgeMeters meters;
    private final OriginClient origins;
    private final TieredStore store;
    private final CachedRoutes routes;
    private final List<String> erases;

    EdgeStats(
            EdgeMeters meters,
            OriginClient origins,
            TieredStore store,
            CachedRoutes routes,
            ObjectProvider<PersonErasure> persons) {
        List<String> stores = new ArrayList<>(List.of(Watermark.MEMORY));
        persons.ifAvailable(erasure -> stores.addAll(erasure.stores()));
        this.erases = List.copyOf(stores);
        this.meters = meters;
        this.origins = origins;
        this.store = store;
        this.routes = routes;
    }

    @Override
    public Watermark.Stats stats() {
        return new Watermark.Stats(
                meters.total(Summary.HIT),
                meters.total(Summary.STALE),
                meters.total(Summary.MISS) + meters.total(Summary.REVALIDATED),
                meters.total(Summary.BYPASS),
                origins.calls(),
                store.local().size(),
                store.local().bytes());
    }

    @Override
    public List<String> erases() {
        return erases;
    }

    @Override
    public List<String> uncoveredRoutes() {
        return routes.all().stream()
                .filter(route -> route.policy().whenCutOff() == WhenCutOff.SERVE_WITH_WARNING)
                .map(CachedRoutes.CachedRoute::id)
                .toList();
    }
}
