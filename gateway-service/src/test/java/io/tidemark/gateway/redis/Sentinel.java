package io.tidemark.gateway.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.tidemark.local.backends.ChildProcess;
import io.tidemark.local.backends.Redis;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.embedded.RedisExecProvider;

/** A real Redis Sentinel that watches one master, {@code region}. */
public final class Sentinel implements AutoCloseable {
    private final int port;
    private final ChildProcess process;

    /** @param password of the master */
    public Sentinel(Redis master, String password, Path folder) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path configuration = folder.resolve("sentinel.conf");
        Files.writeString(
                configuration,
                "port " + port + "\nbind 127.0.0.1\ndir " + folder + "\nsentinel monitor region 127.0.0.1 "
                        + master.port() + " 1\nsentinel auth-pass region \"" + password + "\"\n");
        Path executable = RedisExecProvider.defaultProvider().get().toPath();
        if (!executable.toFile().setExecutable(true)) {
            throw new IOException(executable + " cannot be made executable");
        }
        process = ChildProcess.start(
                "sentinel",
                List.of(executable.toString(), configuration.toString(), "--sentinel"),
                Map.of(),
                folder.resolve("sentinel.log"));
        RedisClient client = RedisClient.create();
        try {
            await("a sentinel")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> {
                        try (var connection = client.connectSentinel(RedisURI.create("127.0.0.1", port))) {
                            return connection.sync().getMasterAddrByName("region") != null;
                        }
                    });
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.kill();
    }
}
