package io.tidemark.gateway.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the region's Redis, one for all threads, pipelined, and a second one for notices. A call that takes longer than its budget fails, and
 * when most do, calls fail at once for a while ({@link #breaker}); nothing ever waits for Redis to come back.
 *
 * <p>It starts without Redis, and connects as soon as it can.
 */
public final class RedisLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RECONNECT = Duration.ofMillis(250);

    private final Duration budget;
    private final CircuitBreakerRegistry breakers;
    private final CircuitBreaker breaker;
    private final Runnable shutdown;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("redis-link").daemon().factory());
    private final Function<RedisLink, CompletionStage<Connected>> connect;
    private final Supplier<CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>>> subscribe;
    private final RefreshNotices notices = new RefreshNotices();
    private volatile @Nullable Connected connected;
    private volatile boolean closed;

    private record Connected(
            StatefulConnection<byte[], byte[]> connection, RedisClusterAsyncCommands<byte[], byte[]> commands) {}

    /** Redis has no connection at this moment. */
    static final class NotConnectedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotConnectedException() {
            super("no connection to Redis", null, false, false);
        }
    }

    /**
     * @param uri as {@code redis://host:port} or {@code rediss://}
     * @param cluster whether it is a Redis Cluster
     * @param budget the most that one call may take
     */
    public RedisLink(RedisURI uri, boolean cluster, Duration budget) {
        this.budget = budget;
        this.breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(50)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(50)
                .waitDurationInOpenState(Duration.ofSeconds(1))
                .permittedNumberOfCallsInHalfOpenState(5)
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .build());
        this.breaker = breakers.circuitBreaker("redis");
        ClientResources resources = ClientResources.builder()
                .reconnectDelay(Delay.constant(RECONNECT))
                .build();
        SocketOptions sockets = SocketOptions.builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .keepAlive(true)
                .build();
        if (cluster) {
            RedisClusterClient client = RedisClusterClient.create(resources, uri);
            client.setOptions(ClusterClientOptions.builder()
                    .socketOptions(sockets)
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .requestQueueSize(10_000)
                    .build());
            this.shutdown = () -> {
                client.shutdown();
                var _ = resources.shutdown();
            };
            this.subscribe = () -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE);
            this.connect = _ -> client.connectAsync(ByteArrayCodec.INSTANCE)
                    .thenApply(connection -> new Connected(connection, connection.async()));
        } else {
            RedisClient client = RedisClient.create(resources, uri);
            client.setOptions(ClientOptions.builder()
                    .socketOptions(sockets)
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .requestQueueSize(10_000)
                    .build());
            this.shutdown = () -> {
                client.shutdown();
                var _ = resources.shutdown();
            };
            this.subscribe = () -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri);
            this.connect = _ -> client.connectAsync(ByteArrayCodec.INSTANCE, uri)
                    .thenApply(connection -> new Connected(connection, connection.async()));
        }
        connect();
    }

    private void connect() {
        if (closed) {
            return;
        }
        var _ = connect.apply(this).whenComplete((made, failure) -> {
            if (made != null) {
                connected = made;
                log.info("connected to Redis");
                subscribe();
            } else if (!closed) {
                log.debug("no connection to Redis yet", failure);
                var _ = timer.schedule(this::connect, RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    private void subscribe() {
        if (closed) {
            return;
        }
        var _ = subscribe.get().whenComplete((made, failure) -> {
            if (made != null) {
                notices.connected(made);
            } else if (!closed) {
                log.debug("no second connection to Redis yet", failure);
                var _ = timer.schedule(this::subscribe, RECONNECT.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    /** The ends of refreshes, on a connection of their own. */
    RefreshNotices notices() {
        return notices;
    }

    /** Whether there is a connection and calls are let through. */
    public boolean isUp() {
        Connected now = connected;
        return now != null && now.connection.isOpen() && breaker.getState() != CircuitBreaker.State.OPEN;
    }

    /** Its one breaker, for those who show its state. */
    CircuitBreakerRegistry breakers() {
        return breakers;
    }

    /** Makes a call within the budget. Fails fast while there is no connection or the breaker is open. */
    public <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        Connected now = connected;
        if (now == null) {
            return CompletableFuture.failedFuture(new NotConnectedException());
        }
        return breaker.executeCompletionStage(() -> call.apply(now.commands)
                .toCompletableFuture()
                .copy()
                .orTimeout(budget.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        shutdown.run();
    }
}
