package io.tidemark.gateway.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.tidemark.commons.redis.RedisConnections;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the region's Redis, by the client that Boot has configured: a single server, Sentinel or a cluster, with its
 * credentials and certificates. It is made as soon as it can be, and why it cannot is said by {@link RedisConnections}; once made,
 * Lettuce keeps it. Thread-safe.
 *
 * @param <C> what it is used through
 */
public final class RedisConnection<C> implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Supplier<C> connect;
    private final Consumer<C> onConnected;
    private final RedisConnections connections;
    private final Thread connecting;
    private volatile @Nullable C made;
    private volatile boolean closed;

    /** A connection and its commands; in a cluster they go to the node that has the key. */
    public record Commands(
            StatefulConnection<byte[], byte[]> connection, RedisClusterAsyncCommands<byte[], byte[]> async) {}

    private RedisConnection(Supplier<C> connect, Consumer<C> onConnected, RedisConnections connections) {
        this.connect = connect;
        this.onConnected = onConnected;
        this.connections = connections;
        this.connecting = Thread.ofVirtual().name("redis-connects").start(this::connect);
    }

    /** A connection for commands. */
    public static RedisConnection<Commands> forCommands(AbstractRedisClient client, RedisConnections connections) {
        return new RedisConnection<>(() -> commands(client), _ -> {}, connections);
    }

    /** A connection for publish and subscribe. */
    public static RedisConnection<StatefulRedisPubSubConnection<byte[], byte[]>> forNotices(
            AbstractRedisClient client,
            RedisConnections connections,
            Consumer<StatefulRedisPubSubConnection<byte[], byte[]>> onConnected) {
        return new RedisConnection<>(() -> notices(client), onConnected, connections);
    }

    /** What it is used through; null before it was made for the first time. */
    public @Nullable C get() {
        return made;
    }

    private static Commands commands(AbstractRedisClient client) {
        return switch (client) {
            case RedisClusterClient cluster -> {
                var connection = cluster.connect(ByteArrayCodec.INSTANCE); // asks for the partitions first
                yield new Commands(connection, connection.async());
            }
            case RedisClient single -> {
                var connection = single.connect(ByteArrayCodec.INSTANCE);
                yield new Commands(connection, connection.async());
            }
            default -> throw unknown(client);
        };
    }

    private static StatefulRedisPubSubConnection<byte[], byte[]> notices(AbstractRedisClient client) {
        return switch (client) {
            case RedisClusterClient cluster -> cluster.connectPubSub(ByteArrayCodec.INSTANCE);
            case RedisClient single -> single.connectPubSub(ByteArrayCodec.INSTANCE);
            default -> throw unknown(client);
        };
    }

    private static IllegalStateException unknown(AbstractRedisClient client) {
        return new IllegalStateException(
                "no client of Redis or of a Redis Cluster: " + client.getClass().getName());
    }

    private void connect() {
        Duration pause = FIRST_PAUSE;
        while (!closed && made == null) {
            try {
                C connection = connect.get();
                made = connection;
                connections.taken();
                onConnected.accept(connection);
            } catch (RuntimeException failure) {
                if (closed) {
                    return;
                }
                connections.failed(failure);
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException stop) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    /** Connects no more. What was made ends with its client. */
    @Override
    public void close() {
        closed = true;
        connecting.interrupt();
    }
}
