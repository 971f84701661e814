package io.tidemark.gateway.origin;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.cloud.gateway.route.Route;

/**
 * How each address of a route's origin is asked whether it is well: {@code metadata.health-check} of the route.
 *
 * @param path what is asked for by GET; 2xx means that it is well
 * @param interval from one check to the next
 * @param timeout of one check
 * @param unhealthyThreshold checks that fail in a row, after which the address is left out
 * @param healthyThreshold checks that are passed in a row, after which it is used again
 */
record HealthCheck(
        String path,
        @DefaultValue("5s") Duration interval,
        @DefaultValue("2s") Duration timeout,
        @DefaultValue("3") int unhealthyThreshold,
        @DefaultValue("2") int healthyThreshold) {
    private static final String NAME = "health-check";

    HealthCheck {
        check(path.startsWith("/"), "path must start with a slash: " + path);
        check(interval.isPositive(), "interval must be positive: " + interval);
        check(timeout.isPositive(), "timeout must be positive: " + timeout);
        check(unhealthyThreshold >= 1, "unhealthy-threshold must be at least 1: " + unhealthyThreshold);
        check(healthyThreshold >= 1, "healthy-threshold must be at least 1: " + healthyThreshold);
    }

    /** What a route asks for, null: nothing. */
    static @Nullable HealthCheck of(Route route) {
        Object asked = route.getMetadata().get(NAME);
        if (asked == null) {
            return null;
        }
        Map<String, Object> members = new HashMap<>();
        if (asked instanceof Map<?, ?> map) {
            map.forEach((name, value) -> members.put(NAME + '.' + name, value));
        }
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, _ -> true);
        try {
            return new Binder(new MapConfigurationPropertySource(members))
                    .bind(NAME, Bindable.of(HealthCheck.class), strict)
                    .orElseThrow(() -> new IllegalArgumentException("path is missing"));
        } catch (BindException | IllegalArgumentException wrong) {
            Throwable why = wrong;
            while (why.getCause() != null) {
                why = why.getCause();
            }
            throw new IllegalArgumentException(
                    "metadata.health-check of route " + route.getId() + ": " + why.getMessage(), wrong);
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
