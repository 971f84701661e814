package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.route.Route;

/** What routes may ask for in their metadata. */
class HealthCheckTest {
    private static Route route(Map<String, Object> metadata) {
        return Route.async()
                .id("shop")
                .uri("http://shop.example")
                .predicate(_ -> true)
                .metadata(metadata)
                .build();
    }

    @Test
    void aRouteThatSaysNothingAsksForNone() {
        assertThat(HealthCheck.of(route(Map.of("response-timeout", 5)))).isNull();
    }

    @Test
    void aPathIsEnough() {
        assertThat(HealthCheck.of(route(Map.of("health-check", Map.of("path", "/health")))))
                .isEqualTo(new HealthCheck("/health", Duration.ofSeconds(5), Duration.ofSeconds(2), 3, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "path, health, path must start with a slash",
        "interval, 0s, interval must be positive",
        "interval, often, often",
        "timeout, -1s, timeout must be positive",
        "unhealthy-threshold, 0, unhealthy-threshold must be at least 1",
        "healthy-threshold, 0, healthy-threshold must be at least 1",
        "treshold, 3, treshold"
    })
    void whatIsWrongIsNamedWithItsRoute(String member, String value, String message) {
        Map<String, Object> check = member.equals("path") ? Map.of(member, value) : Map.of("path", "/", member, value);
        assertThatThrownBy(() -> HealthCheck.of(route(Map.of("health-check", check))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("route shop")
                .hasMessageContaining(message);
    }

    @Test
    void aCheckWithoutAPathIsRefused() {
        assertThatThrownBy(() -> HealthCheck.of(route(Map.of("health-check", Map.of("interval", "5s")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("metadata.health-check of route shop");
    }
}
