package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.sync.RedisCommands;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.MovableAddress;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCluster;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.backends.RedisSentinel;
import io.tidemark.local.fixtures.Certificates;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The gateway's own wiring to a Redis as deployments have them: passwords, users, certificates, clusters, failovers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RedisAsDeployedTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Redis redis =
            Redis.create(BackendOptions.named("redis-guarded").withMode(BackendMode.EMBEDDED));
    private RedisClient client;
    private RedisCommands<String, String> admin;

    @BeforeAll
    void start() {
        redis.start();
        client = RedisClient.create(redis.url());
        admin = client.connect().sync();
        admin.aclSetuser(
                "edge",
                AclSetuserArgs.Builder.on()
                        .addPassword("user:s/secret")
                        .keyPattern("tidemark:*")
                        .channelPattern("tidemark:*")
                        .allCommands());
        admin.configSet("requirepass", "every:one's");
    }

    @AfterAll
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    private static GatewayUnderTest gateway(String... properties) {
        List<String> all = new ArrayList<>(List.of("--tidemark.redis.enabled=true", "--tidemark.redis.budget=5s"));
        all.addAll(Arrays.asList(properties));
        return new GatewayUnderTest(all.toArray(String[]::new));
    }

    /** The rehearsal reads and writes, so its end says that the gateway is let in and may do what it needs. */
    private static void assertWorks(String... properties) {
        try (GatewayUnderTest gateway = gateway(properties)) {
            await().atMost(SOON)
                    .until(() -> gateway.bean(StoreRehearsal.class).outcome() == StoreRehearsal.Outcome.DONE);
            assertThat(gateway.bean(RedisConnections.class).why()).isEmpty();
        }
    }

    private String port() {
        return "--spring.data.redis.port=" + redis.port();
    }

    @Test
    void hostPortAndPassword() {
        assertWorks(port(), "--spring.data.redis.password=every:one's", "--spring.data.redis.url=");
    }

    @Test
    void aUrlAndThePasswordBesideIt() {
        assertWorks("--spring.data.redis.url=" + redis.url(), "--spring.data.redis.password=every:one's");
    }

    @Test
    void aUserWhoMayDoNoMoreThanIsNeeded() {
        assertWorks(port(), "--spring.data.redis.username=edge", "--spring.data.redis.password=user:s/secret");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aRefusedConnectionIsSaidOnceInRedisOwnWordsAndShownInHealth(CapturedOutput said) {
        try (GatewayUnderTest gateway = gateway(port(), "--tidemark.redis.rehearsal=3s")) {
            await().atMost(SOON)
                    .until(() -> gateway.bean(StoreRehearsal.class).outcome() == StoreRehearsal.Outcome.GIVEN_UP);
            assertThat(gateway.bean(RedisConnections.class).why()).contains("NOAUTH");
            assertThat(gateway.bean(RegionStore.class).isUp()).isFalse();
            assertThat(said.getAll().lines().filter(line -> line.contains("NOAUTH")))
                    .hasSize(1);
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aFullRedisIsSaidOnceInItsOwnWordsAndIsUsedAgainWhenThereIsRoom(CapturedOutput said) {
        try (GatewayUnderTest gateway =
                gateway(port(), "--spring.data.redis.password=every:one's", "--tidemark.redis.rehearsal=20s")) {
            RedisConnections connections = gateway.bean(RedisConnections.class);
            await().atMost(SOON)
                    .until(() -> gateway.bean(StoreRehearsal.class).outcome() == StoreRehearsal.Outcome.DONE);
            admin.configSet("maxmemory", "1");
            try {
                rehearse(gateway, "while-it-is-full");
                await().atMost(SOON).until(() -> connections.why().contains("OOM command not allowed"));
                assertThat(said.getAll().lines().filter(line -> line.contains("OOM command not allowed")))
                        .hasSize(1);
            } finally {
                admin.configSet("maxmemory", "0");
            }
            StoreRehearsal again = rehearse(gateway, "after-it-was-full");
            await().atMost(SOON).until(() -> again.outcome() == StoreRehearsal.Outcome.DONE);
            await().atMost(SOON).until(() -> connections.why().isEmpty());
        }
    }

    private static StoreRehearsal rehearse(GatewayUnderTest gateway, String name) {
        StoreRehearsal again = new StoreRehearsal(
                gateway.bean(RegionStore.class), reactor.core.scheduler.Schedulers.parallel(), SOON, name);
        again.begin();
        return again;
    }

    @Test
    void aClusterByItsSeedsAndByOneUrl() throws Exception {
        try (RedisCluster cluster = RedisCluster.start()) {
            assertWorks("--spring.data.redis.cluster.nodes=" + cluster.seeds());
            assertWorks("--spring.data.redis.url=" + cluster.url(1), "--tidemark.redis.cluster=true");
        }
    }

    @Test
    void sentinelsByPropertiesAndByUrl(@TempDir Path folder) throws Exception {
        try (RedisSentinel sentinel = new RedisSentinel(redis, "every:one's", folder)) {
            assertWorks(
                    "--spring.data.redis.sentinel.master=region",
                    "--spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port(),
                    "--spring.data.redis.password=every:one's");
            assertWorks(
                    "--spring.data.redis.url=redis-sentinel://127.0.0.1:" + sentinel.port() + "#region",
                    "--spring.data.redis.password=every:one's");
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void afterAFailoverByHandTheNewPrimaryIsFoundAndARegularEndSaysNothing(@TempDir Path folder, CapturedOutput said)
            throws Exception {
        try (Redis primary = Redis.create(BackendOptions.named("redis-primary").withMode(BackendMode.EMBEDDED));
                Redis replica =
                        Redis.create(BackendOptions.named("redis-replica").withMode(BackendMode.EMBEDDED))) {
            Backends.startAll(List.of(primary, replica));
            RedisCommand.send(replica.port(), "REPLICAOF", "127.0.0.1", Integer.toString(primary.port()));
            long linesBefore;
            try (RedisSentinel sentinel = new RedisSentinel(primary, "", folder);
                    GatewayUnderTest gateway = gateway(
                            "--spring.data.redis.sentinel.master=" + RedisSentinel.PRIMARY,
                            "--spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port())) {
                await().atMost(SOON)
                        .until(() -> gateway.bean(StoreRehearsal.class).outcome() == StoreRehearsal.Outcome.DONE);
                sentinel.failOver();
                assertThat(sentinel.primaryPort()).isEqualTo(replica.port());
                StoreRehearsal again = rehearse(gateway, "after-the-failover");
                await().atMost(SOON).until(() -> again.outcome() == StoreRehearsal.Outcome.DONE);
                linesBefore = warnings(said);
            }
            assertThat(warnings(said)).as(said.getAll()).isEqualTo(linesBefore);
        }
    }

    private static long warnings(CapturedOutput said) {
        return said.getAll().lines().filter(line -> line.contains(" WARN ")).count();
    }

    @Test
    void tlsByABundleWithAPrivateAuthorityAndAClientCertificate() throws Exception {
        Path server = Certificates.pem("good");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try {
            admin.configSet("tls-ca-cert-file", Certificates.pem("ca").toString());
            admin.configSet(java.util.Map.of(
                    "tls-cert-file", server.toString(),
                    "tls-key-file", server.toString()));
            admin.configSet("tls-port", Integer.toString(port));
        } catch (RedisCommandExecutionException without) {
            assumeTrue(false, "this redis-server speaks no TLS: " + without.getMessage());
        }
        assertWorks(
                "--spring.data.redis.port=" + port,
                "--spring.data.redis.password=every:one's",
                "--spring.data.redis.ssl.bundle=redis",
                "--spring.ssl.bundle.pem.redis.truststore.certificate=" + Certificates.pem("ca"),
                "--spring.ssl.bundle.pem.redis.keystore.certificate=" + Certificates.pem("client"),
                "--spring.ssl.bundle.pem.redis.keystore.private-key=" + Certificates.pem("client"));
    }

    /** As managed Redis does it: the old primary stays up, as a replica, or is gone. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAFailoverByNameTheNewPrimaryIsFound(boolean oldStays) throws Exception {
        try (Redis old = Redis.create(BackendOptions.named("redis-old").withMode(BackendMode.EMBEDDED));
                Redis next = Redis.create(BackendOptions.named("redis-next").withMode(BackendMode.EMBEDDED))) {
            Backends.startAll(List.of(old, next));
            try (MovableAddress name = new MovableAddress(old.port());
                    GatewayUnderTest gateway = gateway("--spring.data.redis.port=" + name.port())) {
                await().atMost(SOON)
                        .until(() -> gateway.bean(StoreRehearsal.class).outcome() == StoreRehearsal.Outcome.DONE);
                if (oldStays) {
                    RedisCommand.send(old.port(), "REPLICAOF", "127.0.0.1", Integer.toString(next.port()));
                } else {
                    old.kill();
                }
                name.moveTo(next.port());
                StoreRehearsal again = rehearse(gateway, "after-the-failover");
                await().atMost(SOON).until(() -> again.outcome() == StoreRehearsal.Outcome.DONE);
                if (oldStays) {
                    assertThat(gateway.bean(RedisConnections.class).moves()).isPositive();
                }
            }
        }
    }
}
