package io.tidemark.gateway.residency;

import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.policy.CachedRoutes;
import io.tidemark.gateway.policy.HomeClaim;
import io.tidemark.gateway.policy.Policies;
import io.tidemark.gateway.policy.ResidencyProperties;
import io.tidemark.gateway.session.HomeMark;
import io.tidemark.gateway.session.Presented;
import io.tidemark.state.configuration.StateProperties;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import reactor.netty.ReactorNetty;

/**
 * {@code EdgeResidency=home|<region>[, pass|refuse]}: the route's data stay in the region that they are at home in, that of the person
 * whose request it is, or the one that is named. It stands before all other filters of its route, wherever it is written.
 */
@Component
final class EdgeResidencyGatewayFilterFactory
        extends AbstractGatewayFilterFactory<EdgeResidencyGatewayFilterFactory.Config>
        implements SmartInitializingSingleton {
    private static final String HOME = "home";
    private static final String PASS = "pass";

    private final ResidencyDoor door;
    private final Residence.Rule homes;
    private final HomeMark mark;
    private final GatewayProperties routes;
    private final Policies policies;
    private final GatewayIdentity gateway;
    private final ResidencyProperties properties;
    private final StateProperties state;
    private final String writes;

    EdgeResidencyGatewayFilterFactory(
            ResidencyDoor door,
            HomeClaim claim,
            ObjectProvider<Presented.Judge> sessions,
            HomeMark mark,
            GatewayProperties routes,
            Policies policies,
            GatewayIdentity gateway,
            ResidencyProperties properties,
            StateProperties state,
            Environment environment) {
        super(Config.class);
        this.door = door;
        this.homes = new SubjectHomes(gateway.region(), claim, sessions.getIfAvailable(), properties.hosts());
        this.mark = mark;
        this.routes = routes;
        this.policies = policies;
        this.gateway = gateway;
        this.properties = properties;
        this.state = state;
        this.writes = Origins.name(URI.create(environment.getProperty("tidemark.writes", "http://127.0.0.1:8083")));
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("residency", "elsewhere");
    }

    @Override
    public String name() {
        return "EdgeResidency";
    }

    @Override
    public GatewayFilter apply(Config config) {
        ResidencyDoor.Terms terms = terms(config.routeId, config.residency, config.elsewhere);
        if (!mark.hasKeys()) {
            return new OrderedGatewayFilter((exchange, _) -> door.off(exchange, terms.route()), 0);
        }
        return new OrderedGatewayFilter((exchange, chain) -> door.enter(exchange, terms, chain), 0);
    }

    /** So that the start ends where a route's filter cannot be made: without it the route would keep to no region. */
    @Override
    public void afterSingletonsInstantiated() {
        for (RouteDefinition route : routes.getRoutes()) {
            for (FilterDefinition filter : route.getFilters()) {
                if (name().equals(filter.getName())) {
                    List<String> said = List.copyOf(filter.getArgs().values());
                    ResidencyDoor.Terms _ = terms(
                            route.getId(),
                            said.isEmpty() ? HOME : said.getFirst(),
                            said.size() < 2 ? PASS : said.getLast());
                }
            }
        }
    }

    private ResidencyDoor.Terms terms(@Nullable String routeId, String residency, String elsewhere) {
        if (!ResidencyProperties.isRegion(gateway.region()) || !ResidencyProperties.isRegion(residency)) {
            throw new IllegalArgumentException(
                    "EdgeResidency is home or a region, and so is tidemark.region: 1 to 32 of"
                            + " A-Z a-z 0-9 -, not \"" + residency + "\" and \"" + gateway.region() + '"');
        }
        RouteDefinition route = route(routeId);
        refuseShield(route);
        refuseNames(route);
        if (Boolean.getBoolean(ReactorNetty.ACCESS_LOG_ENABLED)) {
            throw new IllegalArgumentException("EdgeResidency and " + ReactorNetty.ACCESS_LOG_ENABLED
                    + " exclude each other: that log has the URL of every request, wherever its data are at home");
        }
        if (mark.hasKeys() && state.dataKeys().isEmpty()) {
            throw new IllegalArgumentException("EdgeResidency needs tidemark.state.data-keys: without them the log of"
                    + " purges, which all regions read, would name what is purged");
        }
        return new ResidencyDoor.Terms(
                String.valueOf(routeId),
                residency.equals(HOME) ? homes : fixed(residency),
                passes(elsewhere),
                route != null && queues(route),
                properties.mayQueue(gateway.region()));
    }

    private Residence.Rule fixed(String home) {
        Residence always = home.equals(gateway.region()) ? new Residence.Here() : new Residence.Elsewhere(home);
        return _ -> always;
    }

    private static boolean passes(String elsewhere) {
        return switch (elsewhere) {
            case PASS -> true;
            case "refuse" -> false;
            default ->
                throw new IllegalArgumentException("EdgeResidency's second argument says what becomes of requests that"
                        + " are at home elsewhere: pass or refuse, not \"" + elsewhere + '"');
        };
    }

    private @Nullable RouteDefinition route(@Nullable String id) {
        return routes.getRoutes().stream()
                .filter(route -> String.valueOf(route.getId()).equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Whether its writes are kept in the write queue's topics. */
    private boolean queues(RouteDefinition route) {
        URI uri = route.getUri();
        return (uri != null && uri.getHost() != null && Origins.name(uri).equals(writes))
                || route.getFilters().stream().anyMatch(filter -> "WriteBehind".equals(filter.getName()));
    }

    /** Targets with a path's variables name whom a request is about, to all who read the log of purges. */
    private static void refuseNames(@Nullable RouteDefinition route) {
        if (route != null
                && route.getFilters().stream()
                        .filter(filter -> "WriteThrough".equals(filter.getName()))
                        .flatMap(filter -> filter.getArgs().values().stream())
                        .anyMatch(target -> target.indexOf('{') >= 0)) {
            throw new IllegalArgumentException("route " + route.getId()
                    + ": WriteThrough with a path's variables would name in all regions what EdgeResidency keeps in"
                    + " one; what a write makes invalid by its URL is purged without it");
        }
    }

    /** What fills through another region is there before it is at home. */
    private void refuseShield(@Nullable RouteDefinition route) {
        if (route != null) {
            route.getFilters().stream()
                    .filter(filter -> CachedRoutes.FILTER.equals(filter.getName()))
                    .map(filter -> CachedRoutes.policyName(filter))
                    .filter(policies::isShielded)
                    .findFirst()
                    .ifPresent(policy -> {
                        throw new IllegalArgumentException("route " + route.getId() + ": the policy " + policy
                                + " fills through another region; leave its shield or EdgeResidency out");
                    });
        }
    }

    /** Bound by Spring Cloud Gateway, which needs setters. */
    static final class Config implements HasRouteId {
        private String residency = HOME;
        private String elsewhere = PASS;
        private @Nullable String routeId;

        public void setResidency(String residency) {
            this.residency = residency;
        }

        public void setElsewhere(String elsewhere) {
            this.elsewhere = elsewhere;
        }

        @Override
        public void setRouteId(String routeId) {
            this.routeId = routeId;
        }

        @Override
        public String getRouteId() {
            return String.valueOf(routeId);
        }
    }
}
