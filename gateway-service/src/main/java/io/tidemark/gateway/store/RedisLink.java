package io.tidemark.gateway.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.redis.RedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The region's Redis for requests: one connection for all threads, pipelined, and a second one for notices. A call that takes longer
 * than its budget fails, and when most do, calls fail at once for a while ({@link #breakers}); nothing ever waits for Redis to
 * come back. It starts without Redis.
 */
public final class RedisLink implements AutoCloseable {
    private final Duration budget;
    private final RedisConnections connections;
    private final CircuitBreakerRegistry breakers;
    private final CircuitBreaker breaker;
    private final RefreshNotices notices = new RefreshNotices();
    private final RedisConnection<RedisConnection.Commands> commands;
    private final RedisConnection<StatefulRedisPubSubConnection<byte[], byte[]>> subscriptions;

    /** Redis has no connection at this moment. */
    static final class NotConnectedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotConnectedException() {
            super("no connection to Redis", null, false, false);
        }
    }

    /**
     * @param client as Boot has configured it; whoever made it shuts it down
     * @param connections told what fails
     * @param budget the most that one call may take
     */
    public RedisLink(AbstractRedisClient client, RedisConnections connections, Duration budget) {
        this.budget = budget;
        this.connections = connections;
        this.breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(50)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(50)
                .waitDurationInOpenState(Duration.ofSeconds(1))
                .permittedNumberOfCallsInHalfOpenState(5)
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .build());
        this.breaker = breakers.circuitBreaker("redis");
        this.commands = RedisConnection.forCommands(client, connections);
        this.subscriptions = RedisConnection.forNotices(client, connections, notices::connected);
    }

    /** The ends of refreshes, on a connection of their own. */
    RefreshNotices notices() {
        return notices;
    }

    /** Whether there is a connection and calls are let through. */
    public boolean isUp() {
        RedisConnection.Commands now = commands.get();
        return now != null && now.connection().isOpen() && breaker.getState() != CircuitBreaker.State.OPEN;
    }

    /** Why Redis refuses, in its own words; empty if it does not. */
    public String why() {
        return connections.why();
    }

    /** Its one breaker, for those who show its state. */
    CircuitBreakerRegistry breakers() {
        return breakers;
    }

    /** A call has failed; only what Redis itself says counts, not that a budget was over. */
    void failed(Throwable failure) {
        if (Outage.innermost(failure) instanceof RedisException refused) {
            connections.failed(refused);
        }
    }

    /** A write was taken. */
    void taken() {
        connections.taken();
    }

    /** Makes a call within the budget. Fails fast while there is no connection or the breaker is open. */
    public <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        RedisConnection.Commands now = commands.get();
        if (now == null) {
            return CompletableFuture.failedFuture(new NotConnectedException());
        }
        return breaker.executeCompletionStage(() ->
                call.apply(now.async()).toCompletableFuture().copy().orTimeout(budget.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
        commands.close();
        subscriptions.close();
    }
}
