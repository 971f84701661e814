package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Variants of one resource in a real Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedStoreTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Redis redis =
            Redis.create(BackendOptions.named("redis-variants").withMode(BackendMode.EMBEDDED));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private RedisClient client;
    private RedisLink link;
    private SharedStore store;

    @BeforeAll
    void start() {
        redis.start();
        client = RedisClient.create(redis.url());
        link = new RedisLink(client, new RedisConnections(System::nanoTime), LIMIT);
        store = new SharedStore(link, TagIndex.NONE, metrics);
        Awaitility.await().atMost(LIMIT).until(link::isUp);
    }

    @AfterAll
    void stop() {
        link.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    private static PresentedRequest request(String path, String language) {
        return new PresentedRequest("GET", "http", "h", path, null, Headers.of("Accept-Language", language));
    }

    private static CacheKey key(String path) {
        return CacheKey.of("route", request(path, "any"), KeySettings.urlOnly());
    }

    private static Variant in(String language) {
        return Variant.of(Headers.of("Vary", "Accept-Language"), Headers.of("Accept-Language", language));
    }

    private static StoredResponse response(String path, String language, Position filledAt) {
        return new StoredResponse(
                new ResponseHead(200, Headers.of("Vary", "Accept-Language"), Instant.EPOCH, Instant.EPOCH),
                in(language),
                StoredBody.complete(new byte[] {1}),
                filledAt,
                new PurgeSubject(List.of("h"), path, null, Set.of()));
    }

    private boolean stores(String path, String language, Position filledAt) {
        return store.store(key(path), response(path, language, filledAt), LIMIT)
                .toCompletableFuture()
                .join();
    }

    private void store(String path, String language) {
        assertThat(stores(path, language, new Position("log", 1))).isTrue();
    }

    /** Whether a request for it is answered with it: by a read of the first variant's record and one of its own. */
    private boolean finds(String path, String language) {
        return store.find(key(path), request(path, language)).toCompletableFuture().join().stream()
                .anyMatch(found -> found.variant().equals(in(language)));
    }

    private void remove(String path, String language) {
        assertThat(store.remove(key(path), in(language)).toCompletableFuture().join())
                .isTrue();
    }

    @Test
    void aFurtherVariantIsRemovedWithoutTheFirst() {
        store("/further", "en");
        store("/further", "de");
        assertThat(finds("/further", "de")).isTrue();
        remove("/further", "de");
        assertThat(finds("/further", "en")).isTrue();
        assertThat(finds("/further", "de")).isFalse();
    }

    @Test
    void itsBreakerIsShown() {
        assertThat(metrics.get("resilience4j.circuitbreaker.state")
                        .tags("name", "redis", "state", "closed")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void theFirstVariantIsRemovedByItsName() {
        store("/first", "en");
        remove("/first", "en");
        assertThat(finds("/first", "en")).isFalse();
    }

    @Test
    void anEarlierPositionOfTheSameLogReplacesNoLaterOne() {
        assertThat(stores("/position", "en", new Position("log", 256))).isTrue();
        assertThat(stores("/position", "en", new Position("log", 255))).isFalse();
        assertThat(stores("/position", "en", new Position("log", Position.NOTHING_APPLIED)))
                .isFalse();
        assertThat(stores("/position", "en", new Position("log", 256))).isTrue();
        assertThat(stores("/position", "en", new Position("log", 70_000))).isTrue();
        assertThat(stores("/position", "en", new Position("log", 257))).isFalse();
    }

    @Test
    void positionsOfDifferentLogsAreNotCompared() {
        assertThat(stores("/log", "en", new Position("log", 9))).isTrue();
        assertThat(stores("/log", "en", new Position("log2", 1))).isTrue();
        assertThat(stores("/log", "en", new Position("loh", 0))).isTrue();
    }

    @Test
    void eachVariantIsComparedWithItself() {
        assertThat(stores("/each", "en", new Position("log", 9))).isTrue();
        assertThat(stores("/each", "de", new Position("log", 5))).isTrue();
        assertThat(stores("/each", "de", new Position("log", 4))).isFalse();
        assertThat(finds("/each", "en")).isTrue();
        assertThat(finds("/each", "de")).isTrue();
    }

    /** Whatever it says: this version cannot compare itself with it. */
    @Test
    void aRecordOfAnotherVersionIsReplaced() {
        byte[] other = StoredResponseCodec.encode(response("/other", "en", new Position("log", 9)));
        other[2]++;
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            connection.sync().set(SharedStore.responseKey(key("/other")).getBytes(StandardCharsets.US_ASCII), other);
        }
        assertThat(stores("/other", "en", new Position("log", 1))).isTrue();
        assertThat(finds("/other", "en")).isTrue();
    }
}
