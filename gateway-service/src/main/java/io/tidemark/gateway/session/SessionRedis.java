package io.tidemark.gateway.session;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.redis.RedisConnection;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The region's Redis for sessions: a connection of its own, for what waits here is not made good by an origin and may take longer
 * than a read of the cache. Without a connection a call fails at once.
 */
final class SessionRedis implements StateRedis, AutoCloseable {
    private final RedisConnection<RedisConnection.Commands> commands;
    private final RedisConnections connections;
    private final Duration timeout;

    /**
     * @param connections told what fails
     * @param timeout the most that one call may take
     */
    SessionRedis(AbstractRedisClient client, RedisConnections connections, Duration timeout) {
        this.commands = RedisConnection.forCommands(client, connections);
        this.connections = connections;
        this.timeout = timeout;
    }

    /** Whether there is a connection. */
    boolean isUp() {
        RedisConnection.Commands now = commands.get();
        return now != null && now.connection().isOpen();
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        RedisConnection.Commands now = commands.get();
        if (now == null) {
            return CompletableFuture.failedFuture(new RedisException("no connection yet"));
        }
        return call.apply(now.async())
                .toCompletableFuture()
                .copy()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, failure) -> told(failure));
    }

    private void told(@Nullable Throwable failure) {
        if (failure == null) {
            connections.taken();
        } else if (Outage.innermost(failure) instanceof RedisException refused) {
            connections.failed(refused);
        }
    }

    @Override
    public void close() {
        commands.close();
    }
}
