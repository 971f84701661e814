package io.tidemark.gateway.edge;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.GatewayUnderTest.Got;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Purger;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;

/** Two gateways of one region over a real Redis; one ledger stands for the log that both would read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoGatewaysTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final Redis redis =
            Redis.create(BackendOptions.named("redis-two-gateways").withMode(BackendMode.EMBEDDED));
    private final PurgeLedger ledger = new PurgeLedger("one-log", PurgeLedger.Limits.DEFAULT);
    private GatewayUnderTest first;
    private GatewayUnderTest second;

    @BeforeAll
    void start() {
        redis.start();
        first = gateway("eu-1");
        second = gateway("eu-2");
        until(() -> isConnected(first) && isConnected(second));
    }

    private static boolean isConnected(GatewayUnderTest gateway) {
        return gateway.bean(TieredStore.class).isSharedUp();
    }

    private GatewayUnderTest gateway(String colo) {
        return new GatewayUnderTest(
                PurgeLedger.class,
                ledger,
                "--tidemark.colo=" + colo,
                "--tidemark.origin=" + origin.uri(),
                "--tidemark.redis.enabled=true",
                "--tidemark.redis.budget=5s",
                "--tidemark.policies.standard.first-byte-timeout=2m",
                "--tidemark.policies.standard.collapse-wait=2m",
                "--spring.data.redis.url=" + redis.url());
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @AfterAll
    void stop() {
        redis.close();
        first.close();
        second.close();
        origin.close();
    }

    @Test
    void whatOneGatewayFetchedTheOtherServes() {
        origin.on("/api/products/1", exchange -> send(exchange, 200, "one", "Cache-Control", "max-age=60"));
        assertThat(first.get("/api/products/1").status()).isEqualTo("MISS");
        until(() -> isInRedis("one"));
        Got other = second.get("/api/products/1");
        assertThat(other.status()).isEqualTo("HIT");
        assertThat(other.body()).isEqualTo("one");
        assertThat(origin.calls("/api/products/1")).isEqualTo(1);
    }

    @Test
    void aVariantIsFoundInRedisByTheFieldsThatItVariesOn() {
        origin.on("/api/products/2", exchange -> {
            String language = exchange.getRequestHeaders().getFirst("Accept-Language");
            send(exchange, 200, "in " + language, "Cache-Control", "max-age=60", "Vary", "Accept-Language");
        });
        first.get("/api/products/2");
        until(() -> isInRedis("in null"));
        assertThat(second.get("/api/products/2").status()).isEqualTo("HIT");
    }

    @Test
    void aPurgeByTagReachesBoth() {
        AtomicInteger version = new AtomicInteger();
        origin.on(
                "/api/products/3",
                exchange -> send(
                        exchange,
                        200,
                        "three v" + version.incrementAndGet(),
                        "Cache-Control",
                        "max-age=60",
                        "Cache-Groups",
                        "\"product:3\""));
        first.get("/api/products/3");
        until(() -> isInRedis("three v1"));
        assertThat(second.get("/api/products/3").body()).isEqualTo("three v1");
        var _ = first.bean(Purger.class)
                .purge(List.of(Target.tag("product:3")), Purge.Mode.HARD, null)
                .toCompletableFuture()
                .join();
        assertThat(second.get("/api/products/3").body()).isEqualTo("three v2");
        until(() -> first.get("/api/products/3").body().equals("three v2"));
    }

    private static double saved(GatewayUnderTest gateway) {
        Counter counter = gateway.bean(MeterRegistry.class)
                .find("tidemark.origin.saved")
                .tag("route", "origin")
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void aThousandMissesAtBothAreOneCall() throws Exception {
        double before = saved(first) + saved(second);
        CountDownLatch release = new CountDownLatch(1);
        origin.on("/api/products/5", exchange -> {
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            send(exchange, 200, "five", "Cache-Control", "max-age=60");
        });
        var answers = Flux.range(0, 1000)
                .flatMap(i -> (i % 2 == 0 ? first : second).ask("/api/products/5"), 1000)
                .collectList()
                .toFuture();
        until(() -> origin.calls("/api/products/5") > 0);
        // The other gateway's calls wait for this one: it has found the flag taken.
        until(() -> withRedis(commands -> commands.pubsubChannels()).stream()
                .anyMatch(channel -> new String(channel, ISO_8859_1).endsWith(":refresh")));
        release.countDown();
        assertThat(answers.get(60, TimeUnit.SECONDS))
                .hasSize(1000)
                .allMatch(got -> got.body().equals("five"));
        assertThat(origin.calls("/api/products/5")).isEqualTo(1);
        assertThat(saved(first) + saved(second) - before).as("as shown").isEqualTo(999);
    }

    @Test
    void aDamagedRecordIsDeletedAndFetchedAgain() {
        origin.on("/api/products/4", exchange -> send(exchange, 200, "four", "Cache-Control", "max-age=60"));
        first.get("/api/products/4");
        until(() -> isInRedis("four"));
        damage("four");
        Got other = second.get("/api/products/4");
        assertThat(other.body()).isEqualTo("four");
        assertThat(other.status()).isEqualTo("MISS");
        assertThat(origin.calls("/api/products/4")).isEqualTo(2);
    }

    private boolean isInRedis(String body) {
        return find(body) != null;
    }

    private void damage(String body) {
        byte[] key = find(body);
        assertThat(key).isNotNull();
        withRedis(commands -> {
            byte[] record = commands.get(key);
            record[record.length - 1] ^= 1;
            return commands.set(key, record);
        });
    }

    private byte @org.jspecify.annotations.Nullable [] find(String body) {
        return withRedis(commands -> {
            for (byte[] key : commands.keys("tidemark:*:response*")) {
                byte[] record = commands.get(key);
                if (record != null && new String(record, ISO_8859_1).endsWith(body)) {
                    return key;
                }
            }
            return null;
        });
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T withRedis(
            java.util.function.Function<io.lettuce.core.api.sync.RedisCommands<byte[], byte[]>, T> use) {
        RedisClient reader = RedisClient.create(redis.url());
        try (var connection = reader.connect(ByteArrayCodec.INSTANCE)) {
            return use.apply(connection.sync());
        } finally {
            reader.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
