package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/**
 * A {@link CallLimit} for each origin, whichever routes its calls are of: routes with different time limits have pools of
 * their own, and one origin may have several of them. A call holds its place until its answer's body has ended, as it holds
 * its connection. Shown as {@code tidemark.origin.connections{origin,state}}: {@code active} are the calls under way, each on
 * a connection of its own, {@code idle} the pools' other connections, {@code waiting} the calls that wait for their turn.
 * Thread-safe; one entry for each origin of the routes.
 */
final class OriginBulkheads implements ConnectionProvider.MeterRegistrar {
    private final int places;
    private final int maxWaiting;
    private final Duration maxWait;
    private final Scheduler timer;
    private final MeterRegistry registry;
    private final Map<String, CallLimit> limits = new ConcurrentHashMap<>();
    private final Map<String, Map<String, ConnectionPoolMetrics>> pools = new ConcurrentHashMap<>();

    /**
     * The limits of each origin.
     *
     * @param places calls at a time
     * @param maxWaiting how many more may wait
     * @param maxWait how long each may wait
     */
    OriginBulkheads(int places, int maxWaiting, Duration maxWait, Scheduler timer, MeterRegistry registry) {
        this.places = places;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.timer = timer;
        this.registry = registry;
    }

    /** The call, when there is a place for it; without one in time it fails as {@link Reason#OVERLOADED}. */
    Mono<OriginAnswer> within(String origin, Mono<OriginAnswer> call) {
        return limits.computeIfAbsent(origin, this::limit)
                .enter()
                .onErrorMap(CallLimit.FullException.class, full -> new OriginFailure(Reason.OVERLOADED, origin, full))
                .flatMap(place -> new HeldCall(origin, place, timer).made(call));
    }

    /** Whether calls wait for a place there. */
    boolean isAwaited(String origin) {
        CallLimit limit = limits.get(origin);
        return limit != null && limit.waiting() > 0;
    }

    private CallLimit limit(String origin) {
        CallLimit limit = new CallLimit(places, maxWaiting, maxWait, timer);
        gauge(origin, "active", limit, CallLimit::taken);
        gauge(origin, "waiting", limit, CallLimit::waiting);
        gauge(origin, "idle", this, all -> all.idle(origin));
        return limit;
    }

    private <T> void gauge(String origin, String state, T of, ToDoubleFunction<T> size) {
        Gauge.builder("tidemark.origin.connections", of, size)
                .description("connections to the origin, and calls that wait for their turn")
                .tag("origin", origin)
                .tag("state", state)
                .register(registry);
    }

    private double idle(String origin) {
        return pools.getOrDefault(origin, Map.of()).values().stream()
                .mapToInt(ConnectionPoolMetrics::idleSize)
                .sum();
    }

    @Override
    public void registerMetrics(String pool, String id, SocketAddress remote, ConnectionPoolMetrics metrics) {
        pools.computeIfAbsent(name(remote), _ -> new ConcurrentHashMap<>()).put(id, metrics);
    }

    @Override
    public void deRegisterMetrics(String pool, String id, SocketAddress remote) {
        pools.computeIfPresent(name(remote), (_, ofOrigin) -> {
            ofOrigin.remove(id);
            return ofOrigin;
        });
    }

    private static String name(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet
                ? internet.getHostString() + ':' + internet.getPort()
                : remote.toString();
    }
}
