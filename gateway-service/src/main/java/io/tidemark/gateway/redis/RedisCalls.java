package io.tidemark.gateway.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.redis.RedisConnections;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection, on which calls are done in the order in which they were made (in a cluster: those of one node). Without it a call
 * fails at once; one that runs out of time may have been done. Thread-safe.
 */
public final class RedisCalls implements AutoCloseable {
    private final RedisConnection<RedisConnection.Commands> commands;
    private final RedisConnections connections;
    private final Duration timeout;

    /**
     * Connects, and goes on trying.
     *
     * @param connections told what fails
     * @param timeout the most that a call may take
     */
    public RedisCalls(AbstractRedisClient client, RedisConnections connections, Duration timeout) {
        this.commands = RedisConnection.forCommands(client, connections);
        this.connections = connections;
        this.timeout = timeout;
    }

    /** Whether there is a connection. */
    public boolean isUp() {
        RedisConnection.Commands now = commands.get();
        return now != null && now.connection().isOpen();
    }

    public <T extends @Nullable Object> CompletableFuture<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        RedisConnection.Commands now = commands.get();
        if (now == null || !now.connection().isOpen()) {
            return CompletableFuture.failedFuture(new RedisException("no connection"));
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
