package io.tidemark.gateway.purge.erase;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to the region's Redis of the eraser's own, so that a long scan delays no request. */
final class RedisConnection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisConnection.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final AbstractRedisClient client;
    private final Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect;
    private final Thread connecting;
    private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;
    private volatile boolean closed;

    RedisConnection(RedisURI uri, boolean cluster) {
        if (cluster) {
            RedisClusterClient clusterClient = RedisClusterClient.create(uri);
            clusterClient.setOptions(ClusterClientOptions.builder()
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .build());
            client = clusterClient;
            connect = () -> clusterClient.connect(ByteArrayCodec.INSTANCE).async();
        } else {
            RedisClient single = RedisClient.create(uri);
            single.setOptions(ClientOptions.builder()
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .build());
            client = single;
            connect = () -> single.connect(ByteArrayCodec.INSTANCE).async();
        }
        connecting = Thread.ofVirtual().name("eraser-connects").start(this::connect);
    }

    /** The commands; empty before the first connection. Without a connection later on, each of them fails at once. */
    Optional<RedisClusterAsyncCommands<byte[], byte[]>> commands() {
        return Optional.ofNullable(commands);
    }

    private void connect() {
        while (!closed && commands == null) {
            try {
                commands = connect.get();
            } catch (RuntimeException failure) {
                log.debug("no connection to Redis yet: {}", failure.getMessage());
                try {
                    Thread.sleep(RETRY);
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        connecting.interrupt();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
