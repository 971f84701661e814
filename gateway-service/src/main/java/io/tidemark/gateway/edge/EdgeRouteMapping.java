package io.tidemark.gateway.edge;

import io.tidemark.gateway.server.ArrivedRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.env.Environment;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * The gateway's routes, for a preflight (OPTIONS of CORS) too: where no CORS is configured here for its path, the origin
 * answers it. Spring answers it with an empty 200, which forbids whatever the origin may allow.
 */
public final class EdgeRouteMapping extends RoutePredicateHandlerMapping {
    private final Runnable onChange;
    private volatile @Nullable CorsConfigurationSource cors; // not initialised here: set while super is made

    /** @param onChange told that the configuration of CORS has changed */
    public EdgeRouteMapping(
            FilteringWebHandler handler,
            RouteLocator routes,
            GlobalCorsProperties globalCors,
            Environment environment,
            Runnable onChange) {
        super(handler, routes, globalCors, environment);
        this.onChange = onChange;
    }

    @Override
    public void setCorsConfigurations(Map<String, CorsConfiguration> configurations) {
        super.setCorsConfigurations(configurations);
        if (configurations.isEmpty()) {
            cors = null;
        } else {
            UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource(getPathPatternParser());
            source.setCorsConfigurations(configurations);
            cors = source;
        }
        changed();
    }

    @Override
    public void setCorsConfigurationSource(CorsConfigurationSource source) {
        super.setCorsConfigurationSource(source);
        cors = source;
        changed();
    }

    @SuppressWarnings({"ConstantValue", "NullAway"}) // called by super's constructor, too
    private void changed() {
        if (onChange != null) {
            onChange.run();
        }
    }

    /** Whether CORS is configured here for the request's path. */
    public boolean hasCors(ServerWebExchange exchange) {
        CorsConfigurationSource configured = cors;
        return configured != null && configured.getCorsConfiguration(exchange) != null;
    }

    /** Of a preflight Spring only asks for the handler and never calls it; so one that the origin is to answer is called here. */
    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        if (!ArrivedRequest.isOne(exchange.getRequest())) {
            return Mono.empty(); // on the management port, which leads to no origin
        }
        return CorsUtils.isPreFlightRequest(exchange.getRequest()) && !hasCors(exchange)
                ? getHandlerInternal(exchange)
                        .cast(WebHandler.class)
                        .flatMap(handler -> handler.handle(exchange).thenReturn(handler))
                : super.getHandler(exchange);
    }
}
