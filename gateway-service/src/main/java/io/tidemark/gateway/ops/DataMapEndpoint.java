package io.tidemark.gateway.ops;

import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.policy.CachedRoutes;
import io.tidemark.gateway.policy.RedactedRoutes;
import io.tidemark.gateway.policy.ResidencyProperties;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.configuration.StateProperties;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * {@code GET /actuator/datamap}: what this gateway keeps by its configuration, for the people who must write down what is processed
 * where. With {@code Accept: text/markdown} as a table.
 */
@Component
@Endpoint(id = "datamap")
final class DataMapEndpoint {
    private final GatewayIdentity gateway;
    private final GatewayProperties routes;
    private final CachedRoutes cached;
    private final RedactedRoutes redacted;
    private final StateProperties state;
    private final ObjectProvider<StateKeys> keys;
    private final ResidencyProperties residency;
    private final Environment environment;

    DataMapEndpoint(
            GatewayIdentity gateway,
            GatewayProperties routes,
            CachedRoutes cached,
            RedactedRoutes redacted,
            StateProperties state,
            ObjectProvider<StateKeys> keys,
            ResidencyProperties residency,
            Environment environment) {
        this.gateway = gateway;
        this.routes = routes;
        this.cached = cached;
        this.redacted = redacted;
        this.state = state;
        this.keys = keys;
        this.residency = residency;
        this.environment = environment;
    }

    /** The page. */
    record Page(String region, String colo, List<DataMap.Line> lines) {}

    @ReadOperation
    Page page() {
        return new Page(gateway.region(), gateway.colo(), lines());
    }

    @ReadOperation(produces = "text/markdown")
    String markdown() {
        return DataMap.markdown(lines());
    }

    private List<DataMap.Line> lines() {
        boolean hasSessions = state.enabled();
        StateKeys inUse = keys.getIfAvailable();
        return DataMap.of(new DataMap.Facts(
                gateway.region(),
                isOn("tidemark.redis.enabled"),
                isOn("tidemark.kafka.enabled"),
                hasSessions,
                environment.getProperty("tidemark.documents.enabled", Boolean.class, false),
                Binder.get(environment)
                        .bind("tidemark.documents.regions.others", Bindable.listOf(String.class))
                        .orElse(List.of()),
                inUse == null ? null : inUse.dataKeys().inUse().id(),
                state.idle(),
                state.lifetime(),
                state.staleReads(),
                residency.writeQueue() == null ? "that of the write queue, which nobody says" : residency.writeQueue(),
                "a share of all requests in full: "
                        + environment.getProperty("tidemark.log.sample-rate", "0.01")
                        + " of them",
                environment.containsProperty("tidemark.analytics.endpoint")
                        || environment.containsProperty("tidemark.analytics.topic"),
                routes.getRoutes().stream().map(this::route).toList()));
    }

    private boolean isOn(String property) {
        return environment.getProperty(property, Boolean.class, true);
    }

    private DataMap.Route route(RouteDefinition route) {
        String id = String.valueOf(route.getId());
        return new DataMap.Route(
                id,
                route.getPredicates().stream()
                        .filter(predicate -> "Path".equals(predicate.getName()))
                        .flatMap(predicate -> predicate.getArgs().values().stream())
                        .collect(Collectors.joining(", ")),
                policy(id),
                arguments(route, "EdgeResidency"),
                redacted.inWords(id),
                arguments(route, "WriteBehind") != null || isQueue(route.getUri()));
    }

    private @Nullable RoutePolicy policy(String id) {
        return cached.all().stream()
                .filter(route -> route.id().equals(id))
                .findFirst()
                .map(CachedRoutes.CachedRoute::policy)
                .orElse(null);
    }

    private static @Nullable String arguments(RouteDefinition route, String filter) {
        return route.getFilters().stream()
                .filter(one -> filter.equals(one.getName()))
                .map(one -> String.join(", ", one.getArgs().values()))
                .findFirst()
                .orElse(null);
    }

    private boolean isQueue(@Nullable URI uri) {
        return String.valueOf(uri).equals(environment.getProperty("tidemark.writes", "http://127.0.0.1:8083"));
    }
}
