package io.tidemark.gateway.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** The configured routes that answer from the cache, with their policies, in the order in which they are tried. */
@Component
public final class CachedRoutes {
    /** The name of the filter that makes a route one of them; its argument is the policy's name. */
    public static final String FILTER = "EdgeCache";

    private final List<CachedRoute> routes;

    /**
     * A route that answers from the cache.
     *
     * @param policy where answers are redacted: as for whom all of the route's rules are
     * @param paths the patterns of its Path predicates; none: any path
     */
    public record CachedRoute(String id, String policyName, RoutePolicy policy, List<PathPattern> paths) {
        /** Whether it takes this path; its predicates of other kinds are not asked. */
        public boolean takes(String path) {
            PathContainer container = PathContainer.parsePath(path);
            return paths.isEmpty() || paths.stream().anyMatch(pattern -> pattern.matches(container));
        }
    }

    CachedRoutes(GatewayProperties gateway, Policies policies, RedactedRoutes redacted) {
        List<RouteDefinition> sorted = new ArrayList<>(gateway.getRoutes());
        sorted.sort(Comparator.comparingInt(RouteDefinition::getOrder));
        List<CachedRoute> cached = new ArrayList<>();
        for (RouteDefinition route : sorted) {
            for (FilterDefinition filter : route.getFilters()) {
                if (FILTER.equals(filter.getName())) {
                    String name = policyName(filter);
                    String id = Objects.requireNonNull(route.getId());
                    RoutePolicy policy = redacted.of(id, policies.named(name)).strictest();
                    cached.add(new CachedRoute(id, name, policy, paths(route)));
                }
            }
        }
        this.routes = List.copyOf(cached);
    }

    public List<CachedRoute> all() {
        return routes;
    }

    /** The policy that a filter of that name says. */
    public static String policyName(FilterDefinition filter) {
        Map<String, String> arguments = filter.getArgs();
        return arguments.isEmpty()
                ? Policies.STANDARD
                : arguments.values().iterator().next();
    }

    private static List<PathPattern> paths(RouteDefinition route) {
        List<PathPattern> patterns = new ArrayList<>();
        for (PredicateDefinition predicate : route.getPredicates()) {
            if ("Path".equals(predicate.getName())) {
                predicate
                        .getArgs()
                        .values()
                        .forEach(pattern -> patterns.add(PathPatternParser.defaultInstance.parse(pattern)));
            }
        }
        return patterns;
    }
}
