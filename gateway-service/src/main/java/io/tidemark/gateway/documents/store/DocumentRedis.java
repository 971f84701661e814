package io.tidemark.gateway.documents.store;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.redis.ListScript;
import io.tidemark.gateway.redis.RedisCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The region's Redis for documents: one connection, on which calls are done in the order in which they were made (in a cluster: those
 * of one node). Without it a call fails at once; one that runs out of time may have been done. Thread-safe.
 */
public final class DocumentRedis implements AutoCloseable {
    private final RedisCalls calls;

    /**
     * @param connections told what fails
     * @param timeout the most that a call may take
     */
    DocumentRedis(AbstractRedisClient client, RedisConnections connections, Duration timeout) {
        this.calls = new RedisCalls(client, connections, timeout);
    }

    /** Whether there is a connection. */
    boolean isUp() {
        return calls.isUp();
    }

    public CompletableFuture<List<Object>> run(ListScript script, byte[][] keys, byte[]... values) {
        return call(redis -> script.run(redis, keys, values));
    }

    /** A script over all keys of a document. */
    public CompletableFuture<List<Object>> run(ListScript script, DocumentName name, byte[]... values) {
        byte[][] keys = {name.key("meta"), name.key("log"), name.key("snapshot"), name.key("lease"), name.key("regions")
        };
        return run(script, keys, values);
    }

    public <T extends @Nullable Object> CompletableFuture<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        return calls.call(call);
    }

    @Override
    public void close() {
        calls.close();
    }
}
