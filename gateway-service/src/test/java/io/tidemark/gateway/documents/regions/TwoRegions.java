package io.tidemark.gateway.documents.regions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.DocumentClient;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.Stored;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.session.StateRegions;
import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Redis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Two gateways of eu, which tells the origin, and one of us; each region with a Redis of its own, and one Kafka between them. */
final class TwoRegions implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Redis euRedis = redis("redis-eu");
    private final Redis usRedis = redis("redis-us");
    final Kafka kafka = Kafka.create(BackendOptions.named("kafka-regions").withMode(BackendMode.EMBEDDED));
    final OfferedWrites writes = new OfferedWrites();
    private final RedisClient client = RedisClient.create();
    final StatefulRedisConnection<String, String> atEu;
    final StatefulRedisConnection<String, String> atUs;
    final GatewayUnderTest eu;
    final GatewayUnderTest otherEu;
    GatewayUnderTest us;

    private static Redis redis(String name) {
        return Redis.create(BackendOptions.named(name).withMode(BackendMode.EMBEDDED));
    }

    TwoRegions() {
        Backends.startAll(List.of(euRedis, usRedis, kafka));
        atEu = client.connect(RedisURI.create(euRedis.url()));
        atUs = client.connect(RedisURI.create(usRedis.url()));
        eu = gateway("eu", "us", euRedis);
        otherEu = gateway("eu", "us", euRedis);
        us = gateway("us", "eu", usRedis);
        for (GatewayUnderTest gateway : List.of(eu, otherEu, us)) {
            await().atMost(LIMIT).until(() -> gateway.bean(DocumentStore.class).isUp());
        }
        String document = newName();
        DocumentClient anna = at(eu, document);
        DocumentClient ben = at(us, document);
        anna.say(new Message.Edit(DocumentClient.letter(1, 0, "a")));
        ben.say(new Message.Edit(DocumentClient.letter(2, 0, "b")));
        await().atMost(LIMIT).until(() -> edits(atEu, document) == 2 && edits(atUs, document) == 2);
    }

    void startUs() {
        us = gateway("us", "eu", usRedis);
    }

    private GatewayUnderTest gateway(String region, String other, Redis redis) {
        return new GatewayUnderTest(
                "--tidemark.region=" + region,
                "--tidemark.redis.enabled=true",
                "--tidemark.kafka.enabled=true",
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--tidemark.documents.enabled=true",
                "--tidemark.documents.access=anyone",
                "--tidemark.documents.compact-after=20",
                "--tidemark.documents.redis-timeout=3s",
                "--tidemark.documents.sealed=secret-",
                "--tidemark.documents.personal=secret-mine-",
                "--tidemark.state.enabled=true",
                "--tidemark.state.keys=" + StateRegions.KEY,
                "--tidemark.state.data-keys=" + region + StateRegions.KEY.substring(2),
                "--tidemark.state.redis-timeout=10s",
                "--tidemark.writes=http://127.0.0.1:" + writes.port(),
                "--tidemark.documents.origin.write-type=" + (region.equals("eu") ? "document.changed" : ""),
                "--tidemark.documents.origin.erase-type=" + (region.equals("eu") ? "document.erased" : ""),
                "--tidemark.documents.origin.pause=300ms",
                "--tidemark.documents.regions.others=" + other,
                "--tidemark.documents.regions.stay=home-",
                "--tidemark.documents.regions.poll=20ms",
                "--tidemark.documents.regions.settle=500ms",
                "--tidemark.documents.regions.receipt=30s",
                "--spring.data.redis.url=" + redis.url());
    }

    @Override
    public void close() {
        List.of(eu, otherEu, us).forEach(GatewayUnderTest::close);
        writes.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        List.of(euRedis, usRedis, kafka).forEach(Backend::close);
    }

    static int port(GatewayUnderTest gateway) {
        return gateway.port("local.server.port");
    }

    static DocumentClient at(GatewayUnderTest gateway, String document) {
        return DocumentClient.joined(port(gateway), document);
    }

    static String newName() {
        return "d-" + UUID.randomUUID();
    }

    static long edits(StatefulRedisConnection<String, String> region, String document) {
        String last = region.sync().hget("tidemark:document:{" + document + "}:meta", "last");
        return last == null ? 0 : Long.parseLong(last);
    }

    static String get(GatewayUnderTest gateway, String document) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port(gateway) + "/edge/documents/" + document))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    static Update all(GatewayUnderTest gateway, String document) {
        return Comparison.all((Stored.Content) gateway.bean(DocumentStore.class)
                .read(new DocumentName(document), 0)
                .join());
    }

    /** Regions have compared: nothing that comes after is mended that way. */
    void awaitSettled(String document) {
        await().atMost(LIMIT)
                .until(() -> atEu.sync().zscore("tidemark:{documents}:settle", document) == null
                        && atEu.sync().zscore("tidemark:{documents}:settle:taken", document) == null);
    }

    static Update typed(String text) {
        var writer = new ByteWriter(64);
        return Update.read(writer.integer(1)
                .integer(1)
                .integer(5)
                .integer(0)
                .octet(4)
                .integer(1)
                .string("t")
                .string(text)
                .octet(0)
                .toByteArray());
    }

    static String key(DocumentName name, String what) {
        return new String(name.key(what), UTF_8);
    }
}
