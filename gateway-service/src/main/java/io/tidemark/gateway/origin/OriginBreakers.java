package io.tidemark.gateway.origin;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Circuit breakers for each origin, and for parts of it ({@link OriginBreaker}). Each opens when half of the last calls brought
 * no response; a response is a success, whatever its status. While it is open nothing is sent but, now and then, a few calls of
 * those that come anyway, which find out whether it is well again.
 */
public final class OriginBreakers {
    private static final Logger log = LoggerFactory.getLogger(OriginBreakers.class);

    static final int WINDOW = 50;
    private static final int MINIMUM_CALLS = 20;

    /** Of shields: to skip one costs little, to wait for one that hangs much. */
    private static final int SHIELD_WINDOW = 10;

    private static final int SHIELD_MINIMUM_CALLS = 5;
    private static final int PROBES = 3;
    private static final Duration OPEN_FOR = Duration.ofSeconds(1);

    private final CircuitBreakerRegistry breakers;
    private final Set<String> shields;
    private final CircuitBreakerConfig shieldConfig;
    private final CircuitBreakerConfig config;
    private final MeterRegistry metrics;
    private final Map<String, OriginBreaker> origins = new ConcurrentHashMap<>();
    private final Map<CircuitBreaker, Instant> downSince = new ConcurrentHashMap<>();
    private final InstantSource clock;

    /** @param shields the names of those that are shields, whose breakers open sooner */
    public OriginBreakers(InstantSource clock, MeterRegistry metrics, Set<String> shields) {
        this.clock = clock;
        this.shields = Set.copyOf(shields);
        this.shieldConfig = config(clock, SHIELD_WINDOW, SHIELD_MINIMUM_CALLS);
        this.config = config(clock, WINDOW, MINIMUM_CALLS);
        this.metrics = metrics;
        this.breakers = CircuitBreakerRegistry.of(config);
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(metrics);
    }

    private static CircuitBreakerConfig config(InstantSource clock, int window, int minimumCalls) {
        return CircuitBreakerConfig.custom()
                .slidingWindowSize(window)
                .minimumNumberOfCalls(minimumCalls)
                .failureRateThreshold(50)
                .clock(clock.withZone(ZoneOffset.UTC))
                .waitDurationInOpenState(OPEN_FOR)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .maxWaitDurationInHalfOpenState(Duration.ofSeconds(30))
                .build();
    }

    private OriginBreaker breaker(String origin) {
        OriginBreaker known = origins.get(origin);
        return known != null ? known : origins.computeIfAbsent(origin, this::make);
    }

    private OriginBreaker make(String origin) {
        boolean isShield = shields.contains(origin);
        CircuitBreaker whole =
                isShield ? breakers.circuitBreaker(origin, shieldConfig) : breakers.circuitBreaker(origin);
        watch(whole, "origin " + origin);
        OriginBreaker made = new OriginBreaker(
                whole,
                isShield
                        ? null
                        : name -> {
                            CircuitBreaker part = CircuitBreaker.of(name, config);
                            watch(part, "origin " + origin + ", " + name);
                            return part;
                        });
        gauge(origin, "area", made, OriginBreaker::stoppedAreas);
        gauge(origin, "path", made, OriginBreaker::stoppedPaths);
        return made;
    }

    private void gauge(String origin, String part, OriginBreaker of, ToDoubleFunction<OriginBreaker> stopped) {
        Gauge.builder("tidemark.origin.stopped", of, stopped)
                .description("parts of the origin that are not asked at the moment, but to find out about them")
                .tag("origin", origin)
                .tag("part", part)
                .register(metrics);
    }

    private void watch(CircuitBreaker breaker, String name) {
        breaker.getEventPublisher().onStateTransition(transition -> {
            switch (transition.getStateTransition().getToState()) {
                case OPEN -> {
                    if (downSince.putIfAbsent(breaker, clock.instant()) == null) {
                        log.warn("{}: half of the last calls brought no response, no more are made but to try", name);
                    }
                }
                case CLOSED -> {
                    if (downSince.remove(breaker) != null) {
                        log.info("{}: answers again", name);
                    }
                }
                default -> {}
            }
        });
    }

    /** A permit for a call of this path now, null if none may be made; whoever has it says what became of it. */
    OriginBreaker.@Nullable Permit tryCall(String origin, String path) {
        return breaker(origin).tryCall(path);
    }

    /** For how long the origin, or this part of it, has been known to be down: by so much stale responses may be older. */
    public Duration downFor(String origin, String path) {
        if (downSince.isEmpty()) {
            return Duration.ZERO;
        }
        return breaker(origin)
                .of(path)
                .map(downSince::get)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(since -> Duration.between(since, clock.instant()))
                .orElse(Duration.ZERO);
    }

    /** The state of each breaker by the origin's name, for people. */
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        origins.forEach((name, breaker) -> states.put(name, breaker.state()));
        return states;
    }
}
