package io.tidemark.writequeue.personal;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.state.redis.StateRedis;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The queue's Redis as data keys are asked for: by the connection that all share. Thread-safe. */
final class QueueRedis implements StateRedis {
    private final StringRedisTemplate redis;

    QueueRedis(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    @SuppressWarnings("unchecked") // what Lettuce's connections are
    public <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        try {
            RedisCallback<CompletionStage<T>> asked = connection ->
                    call.apply((RedisClusterAsyncCommands<byte[], byte[]>) connection.getNativeConnection());
            CompletionStage<T> answer = redis.execute(asked);
            return answer == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("no connection to Redis"))
                    : answer;
        } catch (DataAccessException unavailable) {
            return CompletableFuture.failedFuture(unavailable);
        }
    }
}
