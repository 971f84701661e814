package io.tidemark.gateway.hit;

import io.tidemark.gateway.edge.EdgeRouteMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * What a request passes from the server to a route's own filters, as this process is configured. The hit route answers
 * before all of it, so it may do so only where nothing of it makes the answer depend on more than target, host and method.
 */
@Component
final class RequestChain {
    private static final List<String> KNOWN = List.of(
            "org.springframework.cloud.gateway.",
            "org.springframework.boot.",
            "io.tidemark.",
            "org.springframework.web.server.adapter.",
            "org.springframework.http.server.reactive.");

    private final ApplicationContext context;
    private final ServerProperties server;
    private final ObjectProvider<EdgeRouteMapping> mapping; // late: it needs the routes, and these this

    RequestChain(ApplicationContext context, ServerProperties server, ObjectProvider<EdgeRouteMapping> mapping) {
        this.context = context;
        this.server = server;
        this.mapping = mapping;
    }

    /** Whether CORS is configured for the request: its answers depend on Origin. */
    boolean hasCors(ServerWebExchange exchange) {
        return mapping.getObject().hasCors(exchange);
    }

    /** What may look at more of a request, in words for the log; empty if nothing does. */
    List<String> looksAtMore() {
        List<String> found = new ArrayList<>();
        // Spring Security, CorsWebFilter and filters of one's own are among these.
        Stream.of(WebFilter.class, GlobalFilter.class, WebHttpHandlerBuilderCustomizer.class, HttpHandler.class)
                .flatMap(this::unknown)
                .forEach(found::add);
        mappingsBefore()
                .filter(RequestChain::decidesByMore)
                .map(RequestChain::name)
                .forEach(found::add);
        if (context.getBeanProvider(ForwardedHeaderTransformer.class).getIfAvailable() != null
                || server.getForwardHeadersStrategy() == ForwardHeadersStrategy.NATIVE) {
            found.add("server.forward-headers-strategy");
        }
        if (server.getCompression() != null && server.getCompression().getEnabled()) {
            found.add("server.compression.enabled");
        }
        if (mapping.getObject().getApiVersionStrategy() != null) {
            found.add("spring.webflux.apiversion");
        }
        return found;
    }

    private Stream<String> unknown(Class<?> type) {
        return context.getBeanProvider(type).stream()
                .map(RequestChain::name)
                .filter(name -> KNOWN.stream().noneMatch(name::startsWith));
    }

    private static String name(Object bean) {
        return bean.getClass().getName();
    }

    /** What may take a request away from the routes. */
    private Stream<HandlerMapping> mappingsBefore() {
        int order = mapping.getObject().getOrder();
        return context.getBeanProvider(HandlerMapping.class).stream()
                .filter(other -> !(other instanceof EdgeRouteMapping))
                .filter(other -> !(other instanceof Ordered ordered) || ordered.getOrder() <= order);
    }

    /** By more than the path. What is taken by its path alone never comes to the cache, and so never to the hit route. */
    private static boolean decidesByMore(HandlerMapping other) {
        return switch (other) {
            case RoutePredicateHandlerMapping _ -> true;
            case RouterFunctionMapping functions -> functions.getRouterFunction() != null;
            case AbstractUrlHandlerMapping _ -> false;
            case RequestMappingInfoHandlerMapping methods ->
                !isBoots(methods) && !methods.getHandlerMethods().isEmpty();
            default -> !isBoots(other);
        };
    }

    private static boolean isBoots(HandlerMapping other) {
        return name(other).startsWith("org.springframework.boot.");
    }
}
