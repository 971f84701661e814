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
    private static final int PROBES = 3;
    private static final Duration OPEN_FOR = Duration.ofSeconds(1);

    private final CircuitBreakerRegistry breakers;
    private final Map<String, Instant> downSince = new ConcurrentHashMap<>();
    private final InstantSource clock;

    public OriginBreakers(InstantSource clock, MeterRegistry metrics) {
        this.clock = clock;
        this.breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(MINIMUM_CALLS)
                .failureRateThreshold(50)
                .clock(clock.withZone(ZoneOffset.UTC))
                .waitDurationInOpenState(OPEN_FOR)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .maxWaitDurationInHalfOpenState(Duration.ofSeconds(30))
                .build());
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

    /** Whether a call may be made now; whoever may, says what became of it. */
    boolean tryCall(String origin) {
        return breakers.circuitBreaker(origin).tryAcquirePermission();
    }

    void answered(String origin, long nanos) {
        breakers.circuitBreaker(origin).onSuccess(nanos, TimeUnit.NANOSECONDS);
    }

    void failed(String origin, OriginFailure failure, long nanos) {
        CircuitBreaker breaker = breakers.circuitBreaker(origin);
        if (failure.reason() == Reason.OVERLOADED) {
            breaker.releasePermission();
        } else {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        }
    }

    void abandoned(String origin) {
        breakers.circuitBreaker(origin).releasePermission();
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
