package io.tidemark.gateway.policy;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.cloud.gateway.config.GatewayProperties;

/**
 * {@code tidemark.residency.*}: where people's data are at home. Which routes keep to it is said by their filter {@code EdgeResidency}.
 *
 * @param claim of users' tokens that names the region of their user; none by default
 * @param hosts the region of those of whom neither a token nor a session says one, by the host that they ask for
 * @param writeQueue the region of the write queue that {@code tidemark.writes} leads to, with its topics and Redis; {@code any} where
 *     what lies in them may lie anywhere; without it no write of a route with {@code EdgeResidency} is taken, nor, where there is a
 *     claim, a host or such a route, an order of a checkout
 * @param timeout how long the gateways of another region may take to the head of their answer
 */
@ConfigurationProperties(value = "tidemark.residency", ignoreUnknownFields = false)
public record ResidencyProperties(
        @Nullable String claim,
        @DefaultValue Map<String, String> hosts,
        @Nullable String writeQueue,
        @DefaultValue("20s") Duration timeout) {
    /** What {@link #writeQueue} says where writes may lie anywhere. */
    public static final String ANY = "any";

    private static final String REGION = "[A-Za-z0-9-]{1,32}";

    public ResidencyProperties {
        claim = claim == null || claim.isBlank() ? null : claim;
        hosts = hosts.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        host -> host.getKey().toLowerCase(Locale.ROOT),
                        host -> region("hosts." + host.getKey(), host.getValue())));
        writeQueue = writeQueue == null || writeQueue.isBlank() ? null : region("write-queue", writeQueue);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("tidemark.residency.timeout must be positive: " + timeout);
        }
    }

    private static String region(String property, String text) {
        if (!isRegion(text)) {
            throw new IllegalArgumentException("tidemark.residency." + property
                    + " must name a region, 1 to 32 of A-Z a-z 0-9 -, not \"" + text + '"');
        }
        return text;
    }

    /** Whether any data keep to a region here: there are homes, or a route has the filter. */
    public boolean isUsed(GatewayProperties routes) {
        return claim != null
                || !hosts.isEmpty()
                || routes.getRoutes().stream()
                        .flatMap(route -> route.getFilters().stream())
                        .anyMatch(filter -> RedactedRoutes.RESIDENCY.equals(filter.getName()));
    }

    /** Whether what gateways of a region queue may lie where the write queue is. */
    public boolean mayQueue(String region) {
        return region.equals(writeQueue) || ANY.equals(writeQueue);
    }

    /** Whether a text can be a region's name where it is part of tokens and fields. */
    public static boolean isRegion(String text) {
        return text.matches(REGION);
    }
}
