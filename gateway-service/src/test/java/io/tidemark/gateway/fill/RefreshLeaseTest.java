package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.store.LocalStore;
import io.tidemark.gateway.store.RedisLink;
import io.tidemark.gateway.store.SharedStore;
import io.tidemark.gateway.store.TagIndex;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Two gateways' view of one flag in a real Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefreshLeaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Redis redis = Redis.create(BackendOptions.named("redis-lease").withMode(BackendMode.EMBEDDED));
    private RedisClient client;
    private RedisLink oneLink;
    private RedisLink otherLink;
    private RefreshLease one;
    private RefreshLease other;

    @BeforeAll
    void start() {
        redis.start();
        client = RedisClient.create(redis.url());
        oneLink = new RedisLink(client, new RedisConnections(System::nanoTime), Duration.ofSeconds(5));
        otherLink = new RedisLink(client, new RedisConnections(System::nanoTime), Duration.ofSeconds(5));
        one = new RefreshLease(store(oneLink), Schedulers.parallel(), "one");
        other = new RefreshLease(store(otherLink), Schedulers.parallel(), "other");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!oneLink.isUp() || !otherLink.isUp()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static TieredStore store(RedisLink link) {
        return new TieredStore(
                new LocalStore(1 << 20, 4, System::nanoTime),
                new SharedStore(link, TagIndex.NONE, new SimpleMeterRegistry()));
    }

    @AfterAll
    void stop() {
        oneLink.close();
        otherLink.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    private static final PresentedRequest REQUEST =
            new PresentedRequest("GET", "http", "h", "/", null, Headers.empty());

    private static CacheKey key(String path) {
        return CacheKey.of(
                "route", new PresentedRequest("GET", "http", "h", path, null, Headers.empty()), KeySettings.urlOnly());
    }

    private static Mono<RefreshLease.Held> take(RefreshLease lease, CacheKey key) {
        return lease.take(key, REQUEST, _ -> LIMIT);
    }

    private RefreshLease.Held held(CacheKey key) {
        return Objects.requireNonNull(take(one, key).block(LIMIT));
    }

    @Test
    void oneOfTheRegionHasIt() {
        RefreshLease.Held held = held(key("/one"));
        assertThat(take(other, key("/one")).blockOptional(LIMIT)).isEmpty();
        held.release(true);
        assertThat(other.awaitFree(key("/one"), LIMIT).block(LIMIT))
                .isIn(RefreshLease.Freed.STORED, RefreshLease.Freed.FOUND_FREE);
        assertThat(take(other, key("/one")).blockOptional(LIMIT))
                .isPresent()
                .hasValueSatisfying(it -> it.release(true));
    }

    @Test
    void whoWaitsIsToldWhetherSomethingWasStored() throws Exception {
        for (boolean stored : new boolean[] {true, false}) {
            CacheKey key = key("/told-" + stored);
            RefreshLease.Held held = held(key);
            CompletableFuture<RefreshLease.Freed> freed = new CompletableFuture<>();
            other.awaitFree(key, LIMIT).subscribe(freed::complete);
            await().atMost(LIMIT).until(() -> isListenedTo(key));
            held.release(stored);
            assertThat(freed.get(20, TimeUnit.SECONDS))
                    .isEqualTo(stored ? RefreshLease.Freed.STORED : RefreshLease.Freed.NOTHING_STORED);
        }
    }

    /** To this key's flag: of another one somebody may be about to stop listening. */
    private boolean isListenedTo(CacheKey key) {
        String flag = SharedStore.responseKey(key).replace(":response", ":refresh");
        var client = io.lettuce.core.RedisClient.create(redis.url());
        try (var connection = client.connect()) {
            return connection.sync().pubsubChannels().contains(flag);
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void aHolderThatDiedIsReplacedWithinItsLease() throws Exception {
        CacheKey key = key("/dead");
        RefreshLease.Held held = held(key);
        CompletableFuture<RefreshLease.Freed> freed = new CompletableFuture<>();
        long begin = System.nanoTime();
        held.abandon();
        other.awaitFree(key, LIMIT).subscribe(freed::complete);
        assertThat(freed.get(20, TimeUnit.SECONDS)).isEqualTo(RefreshLease.Freed.FOUND_FREE);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(take(other, key).blockOptional(LIMIT)).isPresent().hasValueSatisfying(it -> it.release(true));
    }

    @Test
    void aHolderThatLivesKeepsItLongerThanALease() {
        CacheKey key = key("/long");
        RefreshLease.Held held = held(key);
        assertThat(other.awaitFree(key, Duration.ofMillis(2500)).block(LIMIT)).isEqualTo(RefreshLease.Freed.LIMIT_OVER);
        held.release(true);
    }

    @Test
    void whatWentToAnotherIsNeitherHeldNorGivenBackByWhoHadIt() {
        CacheKey key = key("/lost");
        RefreshLease.Held lost = held(key);
        lost.abandon(); // its process was paused for longer than its lease
        assertThat(other.awaitFree(key, LIMIT).block(LIMIT)).isEqualTo(RefreshLease.Freed.FOUND_FREE);
        RefreshLease.Held taken = Objects.requireNonNull(take(other, key).block(LIMIT));
        lost.release(true);
        assertThat(take(one, key).blockOptional(LIMIT))
                .as("it is the other's")
                .isEmpty(); // sent after the release, on one connection
        taken.release(true);
    }

    @Test
    void whoLostItDoesNotHoldItLongerForAnother() {
        CacheKey key = key("/extended");
        TieredStore store = store(oneLink);
        store.takeRefresh(key, REQUEST, _ -> LIMIT, "somebody", Duration.ofMillis(300))
                .toCompletableFuture()
                .join();
        long begin = System.nanoTime();
        store.extendRefresh(key, "another", Duration.ofSeconds(60));
        assertThat(other.awaitFree(key, LIMIT).block(LIMIT)).isEqualTo(RefreshLease.Freed.FOUND_FREE);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
    }
}
