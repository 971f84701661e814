package io.tidemark.gateway.write;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.edge.EdgeRequest;
import io.tidemark.gateway.edge.RoutedExchange;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.policy.CachedRoutes;
import io.tidemark.gateway.policy.KeyVersion;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.purge.PurgeView;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Fills the cache with a resource that was just written, behind the write's answer, for the next reader of this region.
 * Only on routes that use the cache, and not after a DELETE. A refill that fails leaves nothing: the next reader asks.
 */
@Component
final class Refill {
    private static final Logger log = LoggerFactory.getLogger(Refill.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CachedRoutes routes;
    private final Revalidator revalidator;
    private final PurgeView purges;
    private final UserClaims users;
    private final String cacheName;

    Refill(CachedRoutes routes, Revalidator revalidator, PurgeView purges, UserClaims users, GatewayIdentity gateway) {
        this.users = users;
        this.routes = routes;
        this.revalidator = revalidator;
        this.purges = purges;
        this.cacheName = gateway.cacheName();
    }

    /**
     * Refills once this gateway has read the write's purge: what is asked for before would be covered by it.
     *
     * @param exchange the write's
     */
    void behind(ServerWebExchange exchange, Position purged) {
        if (exchange.getRequest().getMethod().equals(HttpMethod.DELETE)
                || !(exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route route)) {
            return;
        }
        routes.all().stream()
                .filter(cached -> cached.id().equals(route.getId()))
                .filter(cached ->
                        cached.policy().version().equals(KeyVersion.NONE)) // else the purge may change the key
                .findFirst()
                .map(cached -> EdgeRequest.of(RoutedExchange.answered(exchange), cached.policy(), "", cacheName, users))
                .filter(EdgeRequest::isKeyed)
                .map(EdgeRequest::toRefill)
                .ifPresent(refill -> Mono.fromCompletionStage(() -> purges.awaitWatermark(purged, PATIENCE))
                        .subscribe(
                                reached -> {
                                    if (reached) {
                                        revalidator.fillBehind(refill);
                                    }
                                },
                                failure -> log.warn("no refill of {}", refill.key(), failure)));
    }
}
