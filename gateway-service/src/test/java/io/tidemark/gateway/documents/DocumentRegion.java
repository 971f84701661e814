package io.tidemark.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A Redis and gateways on it that know documents. */
final class DocumentRegion implements AutoCloseable {
    private final Redis redis;
    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final List<GatewayUnderTest> gateways = new ArrayList<>();

    DocumentRegion(String name) {
        redis = Redis.create(BackendOptions.named("redis-" + name).withMode(BackendMode.EMBEDDED));
        Backends.startAll(List.of(redis));
        client = RedisClient.create(redis.url());
        connection = client.connect(ByteArrayCodec.INSTANCE);
    }

    GatewayUnderTest gateway(String colo, String... more) {
        List<String> properties = new ArrayList<>(List.of(
                "--tidemark.region=eu",
                "--tidemark.colo=" + colo,
                "--tidemark.redis.enabled=true",
                "--tidemark.documents.enabled=true",
                "--tidemark.documents.redis-timeout=10s",
                "--spring.data.redis.url=" + redis.url()));
        properties.addAll(List.of(more));
        GatewayUnderTest made = new GatewayUnderTest(properties.toArray(String[]::new));
        gateways.add(made);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> made.bean(DocumentStore.class).isUp());
        return made;
    }

    static int port(GatewayUnderTest gateway) {
        return gateway.port("local.server.port");
    }

    static String newName() {
        return "d-" + UUID.randomUUID();
    }

    /** Edits that are stored of a document. */
    long edits(String document) {
        String last = meta(document, "last");
        return last.isEmpty() ? 0 : Long.parseLong(last);
    }

    /** What is known of a document; empty if it is not. */
    String meta(String document, String what) {
        byte[] key = ("tidemark:document:{" + document + "}:meta").getBytes(UTF_8);
        byte[] found = connection.sync().hget(key, what.getBytes(UTF_8));
        return found == null ? "" : new String(found, UTF_8);
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        gateways.forEach(GatewayUnderTest::close);
        redis.close();
    }
}
