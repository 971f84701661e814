package io.tidemark.gateway.policy;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.redact.KeyedHash;
import io.tidemark.gateway.redact.Redaction;
import io.tidemark.gateway.redact.RedactionAction;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.configuration.StateProperties;
import io.tidemark.state.keys.KeySet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * The policies of routes whose answers are redacted, or whose data stay in a region. Which rules are for a request depends on its
 * route, on its audience and on the region that asks; where that is not known, all of them are. Thread-safe.
 */
@Component
@EnableConfigurationProperties(RedactionProperties.class)
public final class RedactedRoutes {
    private static final Logger log = LoggerFactory.getLogger(RedactedRoutes.class);

    /** The filter of routes whose data stay in a region. */
    public static final String RESIDENCY = "EdgeResidency";

    private final RedactionProperties properties;
    private final UserClaims users;
    private final String region;
    private final HeldBytes held;
    private final MeterRegistry metrics;
    private final @Nullable KeySet hashing;
    private final Set<String> regional;
    private final @Nullable HiddenNames hiddenNames;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    RedactedRoutes(
            RedactionProperties properties,
            StateProperties state,
            ObjectProvider<StateKeys> sets,
            GatewayProperties routes,
            UserClaims users,
            GatewayIdentity gateway,
            HeldBytes held,
            MeterRegistry metrics) {
        this.properties = properties;
        this.users = users;
        this.region = gateway.region();
        this.held = held;
        this.metrics = metrics;
        this.regional = routes.getRoutes().stream()
                .filter(route -> route.getFilters().stream().anyMatch(filter -> RESIDENCY.equals(filter.getName())))
                .map(route -> String.valueOf(route.getId()))
                .collect(Collectors.toSet());
        StateKeys ofSessions = sets.getIfAvailable();
        KeySet dataKeys = ofSessions != null
                ? ofSessions.dataKeys()
                : state.dataKeys().isEmpty() ? null : KeySet.parse("tidemark.state.data-keys", state.dataKeys());
        this.hiddenNames = dataKeys == null ? null : new HiddenNames(dataKeys);
        boolean hashes = properties.rules().stream().anyMatch(RedactedRoutes::hashes);
        if (hashes && dataKeys == null) {
            throw new IllegalArgumentException("tidemark.redaction.rules: hash needs tidemark.state.data-keys,"
                    + " for without a key a hash is found by trying");
        }
        this.hashing = hashes && dataKeys != null ? dataKeys.derive("redaction", "HmacSHA256") : null;
        properties.rules().forEach(rule -> rule.routes().forEach(id -> requireCached(id, routes)));
        if (properties.rules().stream().anyMatch(rule -> !rule.audience().isEmpty())) {
            users.require("tidemark.redaction.rules: audience");
        }
    }

    private static boolean hashes(RedactionProperties.Rule rule) {
        return rule.action() == RedactionAction.HASH;
    }

    /** What passes the cache by altogether is read by nobody here. */
    private static void requireCached(String id, GatewayProperties routes) {
        RouteDefinition route = routes.getRoutes().stream()
                .filter(found -> id.equals(found.getId()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("tidemark.redaction.rules: there is no route \"" + id + '"'));
        if (route.getFilters().stream().noneMatch(filter -> CachedRoutes.FILTER.equals(filter.getName()))) {
            throw new IllegalArgumentException("tidemark.redaction.rules: the route " + id
                    + " has no EdgeCache, which redacts; EdgeCache=live stores nothing");
        }
    }

    /**
     * What makes an answer another one than the origin's.
     *
     * @param key that hashes: the one of the region's that is used, so that all gateways hash alike while another comes into use; null
     *     where no rule hashes
     */
    private record Applied(List<RedactionProperties.Rule> rules, KeySet.@Nullable Key key) {}

    /** The policies of one route: one, or one for each set of rules. */
    public final class Choice {
        private final RoutePolicy policy;
        private final List<RedactionProperties.Rule> rules;
        private final boolean dependsOnRequest;
        private final Map<Applied, RoutePolicy> made = new ConcurrentHashMap<>();
        private final String route;

        private Choice(String route, RoutePolicy policy) {
            this.route = route;
            this.policy = policy;
            this.rules = properties.rules().stream()
                    .filter(rule -> rule.routes().contains(route))
                    .toList();
            boolean mayHashOtherwise = hashing != null && hashing.names().size() > 1;
            this.dependsOnRequest = rules.stream()
                    .anyMatch(rule -> !rule.audience().isEmpty()
                            || (!rule.regions().isEmpty() && !rule.regions().contains(region))
                            || (hashes(rule) && mayHashOtherwise));
        }

        /** The only one, null if it depends on the request. */
        public @Nullable RoutePolicy only() {
            return dependsOnRequest ? null : strictest();
        }

        /** With all rules. */
        RoutePolicy strictest() {
            return of(rules);
        }

        /** The one for a request. */
        public RoutePolicy of(ServerWebExchange exchange) {
            Set<String> audience = audience(exchange);
            String from = AskingRegion.of(exchange);
            return of(rules.stream()
                    .filter(rule -> isFor(rule.audience(), audience) && isIn(rule.regions(), from))
                    .toList());
        }

        private RoutePolicy of(List<RedactionProperties.Rule> some) {
            return rules.isEmpty()
                    ? policy
                    : made.computeIfAbsent(new Applied(some, hashing == null ? null : hashing.inUse()), this::make);
        }

        /** Of no rule, too: that is another set of rules for the same route, whose answers must not meet the others'. */
        private RoutePolicy make(Applied some) {
            KeySet.Key key = some.key;
            return policy.redacted(new Redaction(
                    some.rules.stream().map(RedactionProperties.Rule::toRule).toList(),
                    new KeyedHash(key == null ? null : key.secret()),
                    key == null ? "" : key.id(),
                    dependsOnRequest,
                    properties.maxBody().toBytes(),
                    properties.maxDepth(),
                    held,
                    reason -> withheld(route, reason)));
        }
    }

    private boolean isIn(Set<String> regions, @Nullable String from) {
        return regions.isEmpty() || regions.contains(region) || (from != null && regions.contains(from));
    }

    /** Whoever is of no known audience may be of any. */
    private static boolean isFor(Set<String> audience, Set<String> known) {
        return audience.isEmpty() || known.isEmpty() || known.stream().anyMatch(audience::contains);
    }

    private Set<String> audience(ServerWebExchange exchange) {
        List<String> lines = exchange.getRequest().getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
        Headers.Builder fields = Headers.builder();
        lines.forEach(line -> fields.add(HttpHeaders.AUTHORIZATION, line));
        Set<String> known = new HashSet<>();
        if (users.claim(fields.build(), properties.audienceClaim()) instanceof UserClaims.Claim.Value(Object value)) {
            (value instanceof Collection<?> several ? several : List.of(value)).forEach(one -> {
                if (one instanceof String name) {
                    known.add(name);
                }
            });
        }
        return known;
    }

    /** The rules of a route, for people. */
    public List<String> inWords(String route) {
        return properties.rules().stream()
                .filter(rule -> rule.routes().contains(route))
                .map(rule -> rule.action().name().toLowerCase(Locale.ROOT)
                        + ' '
                        + (rule.pointer().isEmpty() ? "the whole" : rule.pointer())
                        + (rule.audience().isEmpty() ? "" : " for " + String.join(", ", rule.audience()))
                        + (rule.regions().isEmpty() ? "" : " in " + String.join(", ", rule.regions())))
                .toList();
    }

    /** Counted each time, written down the first. */
    private void withheld(String route, String reason) {
        metrics.counter("tidemark.redaction.withheld", "route", route, "reason", reason)
                .increment();
        if (told.add(route + ' ' + reason)) {
            log.warn("answers of the route {} are withheld, for they cannot be redacted: {}", route, reason);
        }
    }

    /**
     * What a route's policy becomes by its rules.
     *
     * @throws IllegalArgumentException if they do not go together
     */
    public Choice of(String route, RoutePolicy policy) {
        HiddenNames names = regional.contains(route) ? hiddenNames : null;
        Choice choice = new Choice(route, names == null ? policy : policy.hiding(names));
        if (!choice.rules.isEmpty() && policy.shield() != null) {
            throw new IllegalArgumentException("tidemark.redaction.rules: the route " + route
                    + " fills through another region, which would redact before; leave its shield or the rules out");
        }
        return choice;
    }
}
