package io.tidemark.gateway.hit;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The routes on which the answer to a GET depends on nothing but the request's target, host and method until the cache is
 * asked: those that the hit route may answer for. A route is one of them if its own predicates and those of all routes
 * before it look at nothing else, and its filters do no more than rewrite the path for the origin and use the cache. None is,
 * as long as there is anything in the {@link RequestChain} that may look at more; and none where CORS is configured.
 */
@Component
public final class StaticRoutes {
    private static final Logger log = LoggerFactory.getLogger(StaticRoutes.class);
    private static final Set<String> PREDICATES = Set.of("Path", "Host", "Method", "Query");
    private static final Set<String> FILTERS = Set.of(
            "EdgeCache", "StripPrefix", "PrefixPath", "RewritePath", "SetPath", "PreserveHostHeader", "WriteThrough");

    private final ObjectProvider<RouteLocator> locator; // all of them late: the routes need the filter, the filter this
    private final ObjectProvider<RouteDefinitionLocator> definitions;
    private final RequestChain chain;
    private final GatewayProperties properties;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<Route> routes = Set.of();
    private volatile boolean chainIsKnown;

    StaticRoutes(
            ObjectProvider<RouteLocator> locator,
            ObjectProvider<RouteDefinitionLocator> definitions,
            RequestChain chain,
            GatewayProperties properties) {
        this.locator = locator;
        this.definitions = definitions;
        this.chain = chain;
        this.properties = properties;
    }

    /** Whether the route that the exchange was matched by is one of them, as the routes are now. */
    boolean isStatic(ServerWebExchange exchange) {
        return exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route
                && routes.contains(route)
                && !chain.hasCors(exchange);
    }

    /** Whether nothing in the {@link RequestChain} may look at more of a request than its target, host and method. */
    boolean isChainKnown() {
        return chainIsKnown;
    }

    /** Forgets what was learned of targets: what they depend on has changed. */
    public void changed() {
        listeners.forEach(Runnable::run);
    }

    /** Adds what to do when the routes have changed. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @EventListener(RefreshRoutesResultEvent.class)
    void update() {
        List<String> others = chain.looksAtMore();
        chainIsKnown = others.isEmpty();
        if (!others.isEmpty()) {
            routes = Set.of();
            listeners.forEach(Runnable::run);
            log.info("no hit route, as an answer may depend on more than a target: {}", others);
            return;
        }
        Mono.zip(
                        locator.getObject().getRoutes().collectList(),
                        definitions.getObject().getRouteDefinitions().collectList())
                .subscribe(
                        found -> update(found.getT1(), found.getT2()),
                        failure -> log.warn("no hit route: the routes cannot be read", failure));
    }

    private void update(List<Route> inOrder, List<RouteDefinition> defined) {
        Map<String, RouteDefinition> byId = new HashMap<>();
        defined.forEach(definition -> byId.put(definition.getId(), definition));
        Set<Route> found = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Route route : inOrder) {
            RouteDefinition definition = byId.get(route.getId());
            if (definition == null || !PREDICATES.containsAll(names(definition.getPredicates()))) {
                break; // a later route may lose any request to this one
            }
            if (FILTERS.containsAll(filterNames(definition.getFilters()))
                    && FILTERS.containsAll(filterNames(properties.getDefaultFilters()))) {
                found.add(route);
            }
        }
        routes = found;
        listeners.forEach(Runnable::run);
        log.info("hit route for {} of {} routes", found.size(), inOrder.size());
    }

    private static List<String> names(List<PredicateDefinition> predicates) {
        return predicates.stream().map(PredicateDefinition::getName).toList();
    }

    private static List<String> filterNames(List<FilterDefinition> filters) {
        return filters.stream().map(FilterDefinition::getName).toList();
    }
}
