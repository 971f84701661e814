package io.tidemark.state.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The Redis that keeps the state of this region. */
@FunctionalInterface
public interface StateRedis {
    /** Makes a call. It fails, soon, if Redis does not answer; whether a write was taken then is not known. */
    <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call);
}
