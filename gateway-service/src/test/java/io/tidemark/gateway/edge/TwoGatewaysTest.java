package io.tidemark.gateway.edge;

import static io.tidemark.gateway.edge.ScriptedOrigin.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Purger;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Two gateways of one region over a real Redis; one ledger stands for the log that both would read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoGatewaysTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final Redis redis =
            Redis.create(BackendOptions.named("redis-two-gateways").withMode(BackendMode.EMBEDDED));
    private final PurgeLedger ledger = new PurgeLedger("one-log", PurgeLedger.Limits.DEFAULT);
    private final HttpClient client = HttpClient.create(ConnectionProvider.create("two-gateways", 1000));
    private ConfigurableApplicationContext first;
    private ConfigurableApplicationContext second;

    @BeforeAll
    void start() {
        redis.start();
        first = gateway("eu-1");
        second = gateway("eu-2");
        until(() -> isConnected(first) && isConnected(second));
    }

    private static boolean isConnected(ConfigurableApplicationContext gateway) {
        return gateway.getBean(TieredStore.class).isSharedUp();
    }

    private ConfigurableApplicationContext gateway(String colo) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.addInitializers(context -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof PurgeLedger ? ledger : bean;
            }
        }));
        return application.run(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
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

    private record Got(String status, String body) {}

    private Got get(ConfigurableApplicationContext gateway, String path) {
        return Objects.requireNonNull(ask(gateway, path).block(Duration.ofSeconds(40)));
    }

    private Mono<Got> ask(ConfigurableApplicationContext gateway, String path) {
        int port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        return client.headers(fields -> fields.set("Host", "shop.example")) // one name for both, as behind a balancer
                .get()
                .uri("http://127.0.0.1:" + port + path)
                .responseSingle((head, body) -> body.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Got(
                                Objects.requireNonNullElse(
                                        head.responseHeaders().get("X-Cache-Status"), ""),
                                text)));
    }

    @Test
    void whatOneGatewayFetchedTheOtherServes() {
        origin.on("/api/products/1", exchange -> send(exchange, 200, "one", "Cache-Control", "max-age=60"));
        assertThat(get(first, "/api/products/1").status()).isEqualTo("MISS");
        until(() -> isInRedis("one"));
        Got other = get(second, "/api/products/1");
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
        get(first, "/api/products/2");
        until(() -> isInRedis("in null"));
        assertThat(get(second, "/api/products/2").status()).isEqualTo("HIT");
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
        get(first, "/api/products/3");
        until(() -> isInRedis("three v1"));
        assertThat(get(second, "/api/products/3").body()).isEqualTo("three v1");
        var _ = first.getBean(Purger.class)
                .purge(List.of(Target.tag("product:3")), Purge.Mode.HARD, null)
                .toCompletableFuture()
                .join();
        assertThat(get(second, "/api/products/3").body()).isEqualTo("three v2");
        until(() -> get(first, "/api/products/3").body().equals("three v2"));
    }

    @Test
    void aThousandMissesAtBothAreOneCall() throws Exception {
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
                .flatMap(i -> ask(i % 2 == 0 ? first : second, "/api/products/5"), 1000)
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
    }

    @Test
    void aDamagedRecordIsDeletedAndFetchedAgain() {
        origin.on("/api/products/4", exchange -> send(exchange, 200, "four", "Cache-Control", "max-age=60"));
        get(first, "/api/products/4");
        until(() -> isInRedis("four"));
        damage("four");
        Got other = get(second, "/api/products/4");
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
