package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/** {@code tidemark.origin.connections{origin,state}}: connections to each origin, and calls that wait for one. */
final class OriginPoolMetrics implements ConnectionProvider.MeterRegistrar {
    private final MeterRegistry registry;
    private final Map<String, List<Meter>> meters = new ConcurrentHashMap<>();

    OriginPoolMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void registerMetrics(String pool, String id, SocketAddress remote, ConnectionPoolMetrics metrics) {
        String origin = name(remote);
        meters.put(
                id,
                List.of(
                        gauge(origin, "active", metrics, ConnectionPoolMetrics::acquiredSize),
                        gauge(origin, "idle", metrics, ConnectionPoolMetrics::idleSize),
                        gauge(origin, "waiting", metrics, ConnectionPoolMetrics::pendingAcquireSize)));
    }

    private Meter gauge(
            String origin, String state, ConnectionPoolMetrics metrics, ToDoubleFunction<ConnectionPoolMetrics> size) {
        return Gauge.builder("tidemark.origin.connections", metrics, size)
                .description("connections to the origin, and calls that wait for one")
                .tag("origin", origin)
                .tag("state", state)
                .register(registry);
    }

    private static String name(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet
                ? internet.getHostString() + ':' + internet.getPort()
                : remote.toString();
    }

    @Override
    public void deRegisterMetrics(String pool, String id, SocketAddress remote) {
        List<Meter> gone = meters.remove(id);
        if (gone != null) {
            gone.forEach(registry::remove);
        }
    }
}
