package io.tidemark.gateway.policy;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.identity.GatewayIdentity;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The named policies of {@code tidemark.policies}; {@code standard} is there without being named. */
@Component
public final class Policies {
    public static final String STANDARD = "standard";

    private final Map<String, RoutePolicy> policies = new TreeMap<>();
    private final Set<String> shielded = new HashSet<>();

    Policies(
            GatewayIdentity gateway,
            EdgeProperties properties,
            Environment environment,
            UserClaims claims,
            KeyVersions versions,
            MeterRegistry metrics) {
        PolicyProperties standard =
                Binder.get(environment).bindOrCreate("tidemark.policies." + STANDARD, PolicyProperties.class);
        policies.put(
                STANDARD,
                standard.toPolicy(STANDARD, shield(STANDARD, standard, gateway, properties), versions, metrics));
        properties
                .policies()
                .forEach((name, policy) -> policies.put(
                        name, policy.toPolicy(name, shield(name, policy, gateway, properties), versions, metrics)));
        if (standard.shield() != null) {
            shielded.add(STANDARD);
        }
        properties.policies().forEach((name, policy) -> {
            if (policy.shield() != null) {
                shielded.add(name);
            }
        });
        policies.forEach((name, policy) ->
                claims.require(name, policy.cache().settings().key().claims()));
    }

    private static @Nullable Shield shield(
            String name, PolicyProperties policy, GatewayIdentity gateway, EdgeProperties properties) {
        String region = policy.shield();
        if (region == null || region.equals(gateway.region())) {
            return null; // the shield itself asks the origin
        }
        URI address = properties.shields().get(region);
        if (address == null || address.getHost() == null) {
            throw new IllegalArgumentException("tidemark.policies." + name + ".shield: " + region
                    + " has no address in tidemark.shields; there are " + properties.shields());
        }
        if (!policy.shieldTimeout().isPositive()) {
            throw new IllegalArgumentException(
                    "tidemark.policies." + name + ".shield-timeout must be positive: " + policy.shieldTimeout());
        }
        return new Shield(region, address, gateway.region(), policy.shieldTimeout());
    }

    /** Whether any of them has its hottest responses refreshed. */
    public boolean anyRefreshesHottest() {
        return policies.values().stream().anyMatch(policy -> policy.refreshHottest() > 0);
    }

    /** Whether what a policy stores goes through a region, be it this one. */
    public boolean isShielded(String name) {
        return shielded.contains(name);
    }

    /**
     * The policy of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public RoutePolicy named(String name) {
        RoutePolicy policy = policies.get(name);
        if (policy == null) {
            throw new IllegalArgumentException("EdgeCache=" + name
                    + ": there is no such policy in tidemark.policies; there are " + policies.keySet());
        }
        return policy;
    }
}
