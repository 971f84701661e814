package io.tidemark.gateway.session;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.redis.RedisCalls;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The region's Redis for sessions: a connection of its own, for what waits here is not made good by an origin and may take longer
 * than a read of the cache. Without a connection a call fails at once.
 */
final class SessionRedis implements StateRedis, AutoCloseable {
    private final RedisCalls calls;

    /**
     * @param connections told what fails
     * @param timeout the most that one call may take
     */
    SessionRedis(AbstractRedisClient client, RedisConnections connections, Duration timeout) {
        this.calls = new RedisCalls(client, connections, timeout);
    }

    /** Whether there is a connection. */
    boolean isUp() {
        return calls.isUp();
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        return calls.call(call);
    }

    @Override
    public void close() {
        calls.close();
    }
}
