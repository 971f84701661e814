package io.tidemark.gateway.origin;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A circuit breaker for each origin. It opens when half of the last calls brought no response; a response is a success,
 * whatever its status. While it is open nothing is sent but, now and then, a few calls that find out whether the origin is
 * back.
 */
public final class OriginBreakers {
    private static final int WINDOW = 50;
    private static final int MINIMUM_CALLS = 20;

    /** Of shields: to skip one costs little, to wait for one that hangs much. */
    private static final int SHIELD_WINDOW = 10;

    private static final int SHIELD_MINIMUM_CALLS = 5;
    private static final int PROBES = 3;
    private static final Duration OPEN_FOR = Duration.ofSeconds(1);

    private final CircuitBreakerRegistry breakers;
    private final Set<String> shields;
    private final CircuitBreakerConfig shieldConfig;
    private final Map<String, Instant> downSince = new ConcurrentHashMap<>();
    private final InstantSource clock;

    /** @param shields the names of those that are shields, whose breakers open sooner */
    public OriginBreakers(InstantSource clock, MeterRegistry metrics, Set<String> shields) {
        this.clock = clock;
        this.shields = Set.copyOf(shields);
        this.shieldConfig = config(clock, SHIELD_WINDOW, SHIELD_MINIMUM_CALLS);
        this.breakers = CircuitBreakerRegistry.of(config(clock, WINDOW, MINIMUM_CALLS));
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(metrics);
        breakers.getEventPublisher().onEntryAdded(added -> {
            CircuitBreaker breaker = added.getAddedEntry();
            breaker.getEventPublisher().onStateTransition(transition -> {
                switch (transition.getStateTransition().getToState()) {
                    case OPEN -> downSince.putIfAbsent(breaker.getName(), clock.instant());
                    case CLOSED -> downSince.remove(breaker.getName());
                    default -> {}
                }
            });
        });
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

    private CircuitBreaker breaker(String origin) {
        return shields.contains(origin)
                ? breakers.circuitBreaker(origin, shieldConfig)
                : breakers.circuitBreaker(origin);
    }

    /** Whether a call may be made now; whoever may, says what became of it. */
    boolean tryCall(String origin) {
        return breaker(origin).tryAcquirePermission();
    }

    void answered(String origin, long nanos) {
        breaker(origin).onSuccess(nanos, TimeUnit.NANOSECONDS);
    }

    void failed(String origin, OriginFailure failure, long nanos) {
        CircuitBreaker breaker = breaker(origin);
        if (failure.reason() == Reason.OVERLOADED) {
            breaker.releasePermission();
        } else {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        }
    }

    void abandoned(String origin) {
        breaker(origin).releasePermission();
    }

    /** For how long the origin has been known to be down: by so much stale responses may be older. */
    public Duration downFor(String origin) {
        Instant since = downSince.get(origin);
        return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
    }

    /** The state of each breaker by the origin's name, for people. */
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        breakers.getAllCircuitBreakers()
                .forEach(breaker ->
                        states.put(breaker.getName(), breaker.getState().name().toLowerCase(java.util.Locale.ROOT)));
        return states;
    }
}
