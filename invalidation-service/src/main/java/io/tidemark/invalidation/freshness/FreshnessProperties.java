package io.tidemark.invalidation.freshness;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where freshness is measured; nowhere without regions.
 *
 * @param regions for each its gateways, or what balances between them, as {@code http://10.0.0.3:8080}; they are asked as proxies
 *     are, so that the host is that of what is asked for. With {@code https} it is that of the address
 * @param canary what is looked at, as readers ask for it; without one only purged URLs are
 * @param origin where the canary's origin shows it, without a cache
 * @param change what is asked to change the canary before each look; without one its origin changes it by itself
 * @param changeMethod the method of that
 * @param changeBody its content, JSON
 * @param interval between two changes
 * @param every between two looks at a gateway that does not show the change yet
 * @param limit how long a change is waited for
 * @param timeout of one request
 * @param spacing between two questions for what was purged; what finds no room meanwhile is not asked for
 * @param tolerance by how much an answer must be older than its purge to count as old: ages are of whole seconds of the origin
 */
@ConfigurationProperties(value = "tidemark.freshness", ignoreUnknownFields = false)
record FreshnessProperties(
        @DefaultValue Map<String, List<URI>> regions,
        @Nullable URI canary,
        @Nullable URI origin,
        @Nullable URI change,
        @DefaultValue("PUT") String changeMethod,
        @DefaultValue("{}") String changeBody,
        @DefaultValue("10s") Duration interval,
        @DefaultValue("50ms") Duration every,
        @DefaultValue("30s") Duration limit,
        @DefaultValue("2s") Duration timeout,
        @DefaultValue("500ms") Duration spacing,
        @DefaultValue("2s") Duration tolerance) {
    private static final String PREFIX = "tidemark.freshness.";
    private static final Duration LONGEST = Duration.ofDays(1);

    FreshnessProperties {
        regions = Map.copyOf(regions);
        regions.forEach((region, gateways) -> {
            if (gateways.isEmpty()) {
                throw new IllegalArgumentException(PREFIX + "regions." + region + " must name a gateway");
            }
            gateways.forEach(gateway -> requireUrl("regions." + region, gateway));
        });
        Stream.of(new Named("canary", canary), new Named("origin", origin), new Named("change", change))
                .filter(named -> named.url() != null)
                .forEach(named -> requireUrl(named.name(), named.url()));
        if ((canary == null) != (origin == null) || (canary == null && change != null)) {
            throw new IllegalArgumentException(PREFIX + "canary and " + PREFIX + "origin belong together, " + PREFIX
                    + "change is of no use without");
        }
        if (canary != null && regions.isEmpty()) {
            throw new IllegalArgumentException(PREFIX + "canary needs " + PREFIX + "regions: where it is looked at");
        }
        requireBetween("interval", interval, Duration.ofMillis(100));
        requireBetween("every", every, Duration.ofMillis(1));
        requireBetween("limit", limit, Duration.ofMillis(1));
        requireBetween("timeout", timeout, Duration.ofMillis(1));
        requireBetween("spacing", spacing, Duration.ofMillis(1));
        requireBetween("tolerance", tolerance, Duration.ZERO);
        if (changeMethod.isBlank()) {
            throw new IllegalArgumentException(PREFIX + "change-method must not be blank");
        }
    }

    private record Named(String name, @Nullable URI url) {}

    boolean isOn() {
        return !regions.isEmpty();
    }

    private static void requireUrl(String name, @Nullable URI url) {
        if (url == null
                || url.getHost() == null
                || !String.valueOf(url.getScheme()).matches("https?")) {
            throw new IllegalArgumentException(PREFIX + name + " must be an absolute URL of http or https: " + url);
        }
    }

    private static void requireBetween(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    PREFIX + name + " must be between " + least + " and " + LONGEST + ": " + value);
        }
    }
}
