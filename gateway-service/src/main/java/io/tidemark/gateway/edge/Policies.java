package io.tidemark.gateway.edge;

import io.tidemark.gateway.fill.RoutePolicy;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The named policies of {@code tidemark.policies}; {@code standard} is there without being named. */
@Component
final class Policies {
    static final String STANDARD = "standard";

    private final Map<String, RoutePolicy> policies = new TreeMap<>();

    Policies(EdgeProperties properties, Environment environment, UserClaims claims) {
        policies.put(
                STANDARD,
                Binder.get(environment)
                        .bindOrCreate("tidemark.policies." + STANDARD, PolicyProperties.class)
                        .toPolicy(STANDARD));
        properties.policies().forEach((name, policy) -> policies.put(name, policy.toPolicy(name)));
        policies.forEach((name, policy) ->
                claims.require(name, policy.cache().settings().key().claims()));
    }

    /**
     * The policy of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    RoutePolicy named(String name) {
        RoutePolicy policy = policies.get(name);
        if (policy == null) {
            throw new IllegalArgumentException("EdgeCache=" + name
                    + ": there is no such policy in tidemark.policies; there are " + policies.keySet());
        }
        return policy;
    }
}
