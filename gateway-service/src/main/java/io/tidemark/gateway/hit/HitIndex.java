package io.tidemark.gateway.hit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.edge.AnsweredRequests;
import io.tidemark.gateway.edge.EdgeRequest;
import io.tidemark.gateway.policy.EdgeProperties;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.redact.Redaction;
import io.tidemark.gateway.server.ArrivedRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * The request targets that the filter has answered from the cache, for the hit route. Learned, not computed: so the hit
 * route needs no second way to match routes and to make keys, which could differ from the first. Thread-safe; bounded by
 * {@code tidemark.hit-route.index-size}.
 */
@Component
@EnableConfigurationProperties(HitRouteProperties.class)
final class HitIndex implements AnsweredRequests {
    /** What an index entry takes beside its strings, in bytes: estimated, with the head of a usual response. */
    private static final int ENTRY_OVERHEAD = 900;

    /** How many of the hottest targets are looked through for those whose policy refreshes them. */
    private static final int LOOKED_THROUGH = 10_000;

    private static final Duration UNUSED = Duration.ofMinutes(10);

    private final Cache<Asked, HitTarget> targets;
    private final StaticRoutes routes;

    HitIndex(HitRouteProperties properties, EdgeProperties edge, StaticRoutes routes) {
        long bytes = !properties.enabled()
                ? 0
                : properties.indexSize() != null
                        ? properties.indexSize().toBytes()
                        : edge.store().localSize().toBytes() / 4;
        this.targets = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Asked asked, HitTarget _) -> ENTRY_OVERHEAD + 3 * asked.target.length() + asked.host.length())
                .expireAfterAccess(UNUSED)
                .executor(Runnable::run)
                .build();
        this.routes = routes;
        routes.onChange(targets::invalidateAll);
    }

    /** What the routes can tell one request from another by, as it came over the wire. */
    private record Asked(String scheme, String host, String target) {}

    @Nullable
    HitTarget find(String scheme, String host, String target) {
        HitTarget known = targets.getIfPresent(new Asked(scheme, host, target));
        return known != null && known.isCurrent() ? known : null;
    }

    /** The targets that were asked for the most, as many of each policy as it refreshes; the hottest first. */
    List<HitTarget> hottest() {
        return targets.policy()
                .eviction()
                .map(eviction -> eviction.hottest(entries -> {
                    Map<String, Integer> taken = new HashMap<>();
                    return entries.limit(LOOKED_THROUGH)
                            .map(Map.Entry::getValue)
                            .filter(HitTarget::isCurrent)
                            .filter(target -> taken.merge(
                                            target.policy().cache().settings().name(), 1, Integer::sum)
                                    <= target.policy().refreshHottest())
                            .toList();
                }))
                .orElse(List.of());
    }

    @Override
    public void learn(ServerWebExchange exchange, EdgeRequest request) {
        ArrivedRequest.Wire wire = ArrivedRequest.of(exchange.getRequest()).wire();
        if (!wire.isAll() || !isOfUrlOnly(request.policy()) || !routes.isStatic(exchange)) {
            return;
        }
        Asked asked = new Asked(wire.scheme(), wire.host(), wire.target());
        HitTarget known = targets.getIfPresent(asked);
        if (known == null || !known.isCurrent()) {
            targets.put(asked, new HitTarget(request));
        }
    }

    /**
     * Whether all requests with one target have one key; a policy may add cookies, claims and other fields to it, and redact answers
     * for some clients.
     */
    private static boolean isOfUrlOnly(RoutePolicy policy) {
        KeySettings key = policy.cache().settings().key();
        Redaction redaction = policy.redaction();
        return (redaction == null || !redaction.dependsOnRequest())
                && key.headers().isEmpty()
                && key.cookies().isEmpty()
                && key.claims().isEmpty();
    }
}
