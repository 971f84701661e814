package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A Redis as companies have them: it asks for a password, knows a user who may touch keys and channels of {@code tidemark:} only, and
 * has a second port with TLS, under an authority of its own, where clients must show certificates. Not thread-safe.
 */
public final class GuardedRedis implements AutoCloseable {
    public static final String USER = "tidemark";
    public static final String PASSWORD = "s/ecret%";

    /** Of the user who may do everything, {@code default}. */
    public static final String DEFAULT_PASSWORD = "nobody-knows";

    private final Path authority;
    private final Path server;
    private final Path client;
    private final Redis redis =
            Redis.create(BackendOptions.named("redis-guarded").withMode(BackendMode.EMBEDDED));
    private final int tlsPort = Ports.free();

    /**
     * One that is not started yet.
     *
     * @param server its certificate with its key, as PEM
     * @param client that of whoever comes, with its key
     */
    public GuardedRedis(Path authority, Path server, Path client) {
        this.authority = authority;
        this.server = server;
        this.client = client;
    }

    /** Returns once it answers and asks who comes. */
    public void start() throws IOException {
        redis.start();
        RedisCommand.send(
                redis.port(),
                "CONFIG",
                "SET",
                "tls-ca-cert-file",
                authority.toString(),
                "tls-cert-file",
                server.toString(),
                "tls-key-file",
                server.toString(),
                "tls-port",
                Integer.toString(tlsPort));
        RedisCommand.send(
                redis.port(), "ACL", "SETUSER", USER, "on", ">" + PASSWORD, "~tidemark:*", "&tidemark:*", "+@all");
        RedisCommand.send(redis.port(), "CONFIG", "SET", "requirepass", DEFAULT_PASSWORD);
    }

    public Redis redis() {
        return redis;
    }

    /** Where it speaks TLS. */
    public int tlsPort() {
        return tlsPort;
    }

    /** The certificates that a service of Spring Boot is to use at {@link #tlsPort}, as {@code name=value}. */
    public List<String> bundle() {
        return List.of(
                "spring.data.redis.ssl.bundle=redis",
                "spring.ssl.bundle.pem.redis.truststore.certificate=" + authority,
                "spring.ssl.bundle.pem.redis.keystore.certificate=" + client,
                "spring.ssl.bundle.pem.redis.keystore.private-key=" + client);
    }

    @Override
    public void close() {
        redis.close();
    }
}
