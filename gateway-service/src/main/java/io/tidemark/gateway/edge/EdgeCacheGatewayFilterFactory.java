package io.tidemark.gateway.edge;

import io.tidemark.gateway.policy.CachedRoutes;
import io.tidemark.gateway.policy.Policies;
import io.tidemark.gateway.policy.RedactedRoutes;
import io.tidemark.gateway.policy.RoutePolicy;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.stereotype.Component;

/**
 * {@code EdgeCache=<policy>}: answers a route's requests from the cache, by a policy of {@code tidemark.policies}. It takes
 * over where the gateway would call the origin, so that whatever the route's other filters do to the request counts, and
 * calls the origin itself.
 */
@Component
final class EdgeCacheGatewayFilterFactory extends AbstractGatewayFilterFactory<EdgeCacheGatewayFilterFactory.Config> {
    private static final int ORDER = RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 10_000;

    private final CachingFilter filter;
    private final Policies policies;
    private final RedactedRoutes redacted;

    EdgeCacheGatewayFilterFactory(CachingFilter filter, Policies policies, RedactedRoutes redacted) {
        super(Config.class);
        this.filter = filter;
        this.policies = policies;
        this.redacted = redacted;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("policy");
    }

    @Override
    public String name() {
        return CachedRoutes.FILTER;
    }

    @Override
    public GatewayFilter apply(Config config) {
        RedactedRoutes.Choice choice = redacted.of(config.getRouteId(), policies.named(config.policy));
        RoutePolicy only = choice.only();
        return new OrderedGatewayFilter(
                only != null
                        ? (exchange, _) -> filter.filter(exchange, only)
                        : (exchange, _) -> filter.filter(exchange, choice.of(exchange)),
                ORDER);
    }

    /** Bound by Spring Cloud Gateway, which needs setters. */
    static final class Config implements HasRouteId {
        private String policy = Policies.STANDARD;
        private String routeId = "";

        @Override
        public void setRouteId(String routeId) {
            this.routeId = routeId;
        }

        @Override
        public String getRouteId() {
            return routeId;
        }

        public void setPolicy(String policy) {
            this.policy = policy;
        }
    }
}
