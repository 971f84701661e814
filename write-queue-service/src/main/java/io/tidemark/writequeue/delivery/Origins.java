package io.tidemark.writequeue.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.time.MonotonicClock;
import io.tidemark.writequeue.status.OriginsDown;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The configured origins by name. */
@Component
class Origins implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Origins.class);

    private final Map<String, Origin> byName = new HashMap<>();

    Origins(
            WriteTypesProperties types,
            DeliveryProperties properties,
            OriginHttpClients http,
            OriginsDown originsDown,
            MeterRegistry meters,
            JsonMapper json,
            Clock clock) {
        var breaker = properties.breaker();
        var breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(breaker.window())
                .minimumNumberOfCalls(breaker.window())
                .failureRateThreshold(breaker.failureRate())
                .clock(new MonotonicClock())
                .waitDurationInOpenState(breaker.openFor())
                .permittedNumberOfCallsInHalfOpenState(breaker.probes())
                .build());
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
        Duration lease = breaker.openFor().multipliedBy(3).plusSeconds(10);
        types.origins().forEach((name, origin) -> {
            if (properties.sessionTimeout().compareTo(origin.timeout().plusSeconds(5)) < 0) {
                throw new IllegalArgumentException(
                        "tidemark.writes.delivery.session-timeout must exceed" + " tidemark.writes.origins." + name
                                + ".timeout by at least 5 s: " + properties.sessionTimeout());
            }
            CircuitBreaker circuit = breakers.circuitBreaker(name);
            circuit.getEventPublisher().onStateTransition(event -> {
                log.warn("origin {}: breaker {}", name, event.getStateTransition());
                Thread.startVirtualThread(() -> {
                    try {
                        switch (event.getStateTransition().getToState()) {
                            case OPEN -> originsDown.markDown(name, lease);
                            case CLOSED -> originsDown.markUp(name);
                            default -> {}
                        }
                    } catch (DataAccessException unavailable) {
                        log.warn("origin {}: the others are not told: {}", name, unavailable.getMessage());
                    }
                });
            });
            byName.put(
                    name,
                    new Origin(
                            name,
                            origin,
                            Math.toIntExact(properties.keptAnswer().toBytes()),
                            http.of(origin),
                            circuit,
                            json,
                            clock,
                            meters));
        });
    }

    Origin named(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    @Override
    public void close() {
        byName.values().forEach(Origin::close);
    }
}
