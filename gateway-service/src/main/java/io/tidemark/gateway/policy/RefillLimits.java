package io.tidemark.gateway.policy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tidemark.gateway.origin.CallLimit;
import io.tidemark.gateway.origin.TimeoutScheduler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * How many calls may fill the cache of one route at a time, so that a purge of much does not become a flood at the origin: as
 * many as it can bear go at once, more wait for their turn. A call takes a place from its sending to its body's end.
 * Thread-safe; one limit for each route that was asked for.
 */
public final class RefillLimits {
    /** Any number. */
    public static final RefillLimits NONE =
            new RefillLimits(Integer.MAX_VALUE, 0, Duration.ZERO, new CompositeMeterRegistry());

    private final Map<String, CallLimit> limits = new ConcurrentHashMap<>();
    private final int concurrency;
    private final int maxWaiting;
    private final Duration maxWait;
    private final MeterRegistry metrics;

    /**
     * The limits of a policy.
     *
     * @param concurrency calls of one route at a time, at least 1
     * @param maxWaiting calls of one route that may wait
     * @param maxWait how long each may wait
     */
    public RefillLimits(int concurrency, int maxWaiting, Duration maxWait, MeterRegistry metrics) {
        if (concurrency < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "refill-concurrency and refill-waiting must not be negative: " + concurrency + ", " + maxWaiting);
        }
        this.concurrency = concurrency;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.metrics = metrics;
    }

    /** A place for one call of the route, at once or later; {@link CallLimit.FullException} where there is none. */
    public Mono<CallLimit.Place> enter(String route) {
        return limits.computeIfAbsent(route, this::limit)
                .enter()
                .doOnError(
                        CallLimit.FullException.class,
                        _ -> metrics.counter("tidemark.refill.refused", "route", route)
                                .increment());
    }

    private CallLimit limit(String route) {
        CallLimit limit = new CallLimit(concurrency, maxWaiting, maxWait, TimeoutScheduler.shared());
        Gauge.builder("tidemark.refill.calls", limit, CallLimit::taken)
                .tag("route", route)
                .description("Calls under way that fill the cache of the route")
                .register(metrics);
        Gauge.builder("tidemark.refill.waiting", limit, CallLimit::waiting)
                .tag("route", route)
                .description("Calls that wait for their turn to fill the cache of the route")
                .register(metrics);
        return limit;
    }
}
