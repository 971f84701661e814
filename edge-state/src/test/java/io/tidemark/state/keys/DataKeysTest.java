package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * On a real Redis.
 *
 * <p>One class, as one start of Redis serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataKeysTest {
    private static final String OLD = "old:" + KeySetTest.secret(1);
    private static final String NEW = "new:" + KeySetTest.secret(2);
    private static final DataKeys.Settings SETTINGS =
            new DataKeys.Settings(Duration.ofDays(90), Duration.ofMinutes(1), 100);
    private static final String ANN = "old.AAAAAAAAAAAAAAAAAAAAAA";
    private static final byte[] ANNS = "tidemark:datakey:{old.AAAAAAAAAAAAAAAAAAAAAA}".getBytes(UTF_8);
    private static final byte[] TEXT = "canary".getBytes(UTF_8);

    private final Redis redis =
            Redis.create(BackendOptions.named("redis-data-keys").withMode(BackendMode.EMBEDDED));
    private final AtomicInteger calls = new AtomicInteger();
    private RedisClient client;
    private StatefulRedisConnection<byte[], byte[]> connection;

    @BeforeAll
    void start() {
        redis.start();
        client = RedisClient.create(redis.url());
        connection = client.connect(ByteArrayCodec.INSTANCE);
    }

    @BeforeEach
    void clear() {
        connection.sync().flushall();
    }

    @AfterAll
    void stop() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        redis.close();
    }

    private DataKeys gateway(String... keys) {
        return gatewayOf("eu", keys);
    }

    private DataKeys gatewayOf(String region, String... keys) {
        return new DataKeys(counted(), KeySet.parse("p", List.of(keys)), region, SETTINGS);
    }

    private StateRedis counted() {
        return new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
                calls.incrementAndGet();
                return call.apply(connection.async());
            }
        };
    }

    private static <T extends @Nullable Object> T got(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static byte[] secret(DataKey key) {
        return key.secret().getEncoded();
    }

    @Test
    void ofManyGatewaysThatMakeOneAtOnceAllHaveTheSame() {
        List<CompletionStage<DataKey>> made = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            made.add(gateway(OLD).getOrMake(ANN));
        }
        byte[] one = secret(got(made.getFirst()));
        assertThat(one).hasSize(32);
        assertThat(made).allSatisfy(other -> assertThat(secret(got(other))).isEqualTo(one));
        assertThat(secret(got(gateway(OLD).getOrMake("old.BBBBBBBBBBBBBBBBBBBBBB"))))
                .as("another's")
                .isNotEqualTo(one);
    }

    @Test
    void oneThatWasReadIsNotAskedForAgain() {
        DataKeys keys = gateway(OLD);
        DataKey made = got(keys.getOrMake(ANN));
        calls.set(0);
        assertThat(got(keys.get(ANN))).isEqualTo(new DataKeyLookup.Present(made));
        assertThat(got(keys.getOrMake(ANN))).isEqualTo(made);
        assertThat(calls).hasValue(0);
    }

    @Test
    void destroyedItIsNowhere() {
        DataKeys here = gateway(OLD);
        DataKeys there = gateway(OLD);
        Sealer sealer = new Sealer(KeySet.parse("p", List.of(OLD)), "tests", "eu");
        SubjectSealer sealing = new SubjectSealer(sealer, here);
        byte[] sealed = got(sealing.seal(TEXT, "here", ANN));
        got(there.get(ANN));
        assertThat(got(here.destroy(ANN))).isTrue();
        assertThat(got(here.get(ANN))).isEqualTo(new DataKeyLookup.Absent(Sealer.Unreadable.NO_DATA_KEY));
        assertThat(got(sealing.open(sealed, "here"))).isEqualTo(Sealer.Unreadable.NO_DATA_KEY);
        assertThat(got(sealing.sealIfPresent(TEXT, "here", ANN))).isNull();
        there.forget(ANN);
        assertThat(got(there.get(ANN))).isEqualTo(new DataKeyLookup.Absent(Sealer.Unreadable.NO_DATA_KEY));
        assertThat(got(here.destroy(ANN))).isFalse();
        got(there.getOrMake(ANN));
        assertThat(got(sealing.open(sealed, "here"))).as("under a new key").isEqualTo(Sealer.Unreadable.DAMAGED);
    }

    @Test
    void whatIsBeingReadWhileItIsForgottenIsNotRemembered() {
        got(gateway(OLD).getOrMake(ANN));
        CompletableFuture<Void> answered = new CompletableFuture<>();
        StateRedis slow = new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
                return call.apply(connection.async()).thenCombine(answered, (answer, _) -> answer);
            }
        };
        DataKeys keys = new DataKeys(slow, KeySet.parse("p", List.of(OLD)), "eu", SETTINGS);
        CompletionStage<DataKeyLookup> read = keys.get(ANN);
        got(gateway(OLD).destroy(ANN));
        keys.forget(ANN);
        answered.complete(null);
        got(read);
        assertThat(got(keys.get(ANN))).isEqualTo(new DataKeyLookup.Absent(Sealer.Unreadable.NO_DATA_KEY));
    }

    @Test
    void oneThatCannotBeOpenedHereIsNotReplaced() {
        byte[] made = secret(got(gateway(OLD).getOrMake(ANN)));
        DataKeys without = gateway(NEW);
        assertThat(got(without.get(ANN))).isEqualTo(new DataKeyLookup.Absent(Sealer.Unreadable.UNKNOWN_KEY));
        assertThatThrownBy(() -> got(without.getOrMake(ANN)))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(UnreadableKeyException.class)
                .hasMessageContaining("unknown-key");
        assertThat(got(gatewayOf("us", OLD).get(ANN))).isEqualTo(new DataKeyLookup.Absent(Sealer.Unreadable.DAMAGED));
        connection.sync().rename(ANNS, "tidemark:datakey:{old.B}".getBytes(UTF_8));
        assertThat(got(gateway(OLD).get("old.B")))
                .as("moved to another's place")
                .isEqualTo(new DataKeyLookup.Absent(Sealer.Unreadable.DAMAGED));
        connection.sync().rename("tidemark:datakey:{old.B}".getBytes(UTF_8), ANNS);
        assertThat(secret(got(gateway(NEW, OLD).getOrMake(ANN)))).isEqualTo(made);
    }

    @Test
    void whoeverUsesItMovesItsEnd() {
        DataKeys keys = gateway(OLD);
        got(keys.getOrMake(ANN));
        for (boolean make : new boolean[] {true, false}) {
            connection.sync().pexpire(ANNS, 60_000);
            keys.forget(ANN);
            if (make) {
                got(keys.getOrMake(ANN));
            } else {
                got(keys.get(ANN));
            }
            assertThat(connection.sync().pttl(ANNS))
                    .isGreaterThan(Duration.ofDays(89).toMillis());
        }
    }

    @Test
    void redisHasItSealedAndNoTextHasItAtAll() {
        DataKey key = got(gateway(OLD).getOrMake(ANN));
        assertThat(new String(connection.sync().get(ANNS), ISO_8859_1))
                .doesNotContain(new String(secret(key), ISO_8859_1));
        assertThat(key.toString()).isEqualTo("the data key of " + ANN);
    }

    @Test
    void withoutAnAnswerOfTheStoreNothingIsSealedOrOpenedButWithWhatIsRemembered() {
        AtomicBoolean away = new AtomicBoolean();
        StateRedis failing = new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
                return away.get()
                        ? CompletableFuture.failedFuture(new RedisException("away"))
                        : call.apply(connection.async());
            }
        };
        KeySet set = KeySet.parse("p", List.of(OLD));
        SubjectSealer sealing = new SubjectSealer(
                new Sealer(set, "tests", "eu"),
                new DataKeys(failing, set, "eu", new DataKeys.Settings(Duration.ofDays(1), Duration.ofHours(1), 100)));
        byte[] sealed = got(sealing.seal(TEXT, "here", ANN));
        byte[] others =
                got(new SubjectSealer(new Sealer(set, "tests", "eu"), gateway(OLD)).seal(TEXT, "here", "old.bob"));
        away.set(true);
        assertThat(got(sealing.open(sealed, "here"))).isInstanceOf(Sealer.Plain.class);
        for (CompletionStage<?> tried : List.of(
                sealing.open(others, "here"),
                sealing.seal(TEXT, "here", "old.bob"),
                sealing.sealIfPresent(TEXT, "here", "old.bob"))) {
            assertThatThrownBy(() -> got(tried)).hasRootCauseInstanceOf(RedisException.class);
        }
        assertThat(got(sealing.open(got(sealing.seal(TEXT, "here", null)), "here")))
                .as("nobody's")
                .isInstanceOf(Sealer.Plain.class);
    }

    @Test
    void aSweepSealsThemAnewAndCountsThem() throws Exception {
        KeySet set = KeySet.parse("p", List.of(OLD, NEW));
        DataKeys before = new DataKeys(counted(), set, "eu", SETTINGS);
        Map<String, byte[]> secrets = new HashMap<>();
        for (int i = 0; i < 1200; i++) {
            String subject = "s" + i % 2 + ".user" + i;
            secrets.put(subject, secret(got(before.getOrMake(subject))));
        }
        got(gateway("lost:" + KeySetTest.secret(9)).getOrMake("s1.lost"));
        connection.sync().pexpire(key("s0.user0"), 60_000);
        connection.sync().set("tidemark:{other}:response".getBytes(UTF_8), TEXT);
        assertThat(sweep(before, set)).isEqualTo(Map.of("old", 1200L, "lost", 1L));
        assertThat(sweep(before, set)).as("once in an interval").isNull();
        set.use("new");
        assertThat(sweep(before, set)).isEqualTo(Map.of("new", 1200L, "lost", 1L));
        assertThat(connection.sync().pttl(key("s0.user0"))).as("its end stays").isBetween(1L, 60_000L);
        DataKeys after = gateway(NEW);
        secrets.forEach((subject, secret) -> assertThat(secret(got(after.getOrMake(subject))))
                .as("what they have sealed opens still")
                .isEqualTo(secret));
    }

    private @Nullable Map<String, Long> sweep(DataKeys keys, KeySet set) throws InterruptedException {
        try (DataKeySweep sweep =
                new DataKeySweep(counted(), keys, set, Duration.ofHours(1), InstantSource.system(), _ -> {})) {
            KeyHoldings.Counted counted = sweep.sweep().orElse(null);
            if (counted != null) {
                assertThat(counted.bySubjectKey()).isEqualTo(Map.of("s0", 600L, "s1", 601L));
            }
            return counted == null ? null : counted.byDataKey();
        }
    }

    @Test
    void oneThatIsReadIsSealedAnewAtOnce() {
        KeySet set = KeySet.parse("p", List.of(OLD, NEW));
        DataKeys keys = new DataKeys(counted(), set, "eu", SETTINGS);
        got(keys.getOrMake(ANN));
        set.use("new");
        assertThat(Sealer.keyName(connection.sync().get(ANNS))).isEqualTo("old");
        keys.forget(ANN);
        got(keys.get(ANN));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> "new".equals(Sealer.keyName(connection.sync().get(ANNS))));
    }

    private static byte[] key(String subject) {
        return ("tidemark:datakey:{" + subject + '}').getBytes(UTF_8);
    }

    /** Computed beside this code. */
    @Test
    void whatIsStoredByTheseFormatsOpens() {
        connection
                .sync()
                .set(
                        ANNS,
                        HexFormat.of()
                                .parseHex("01036f6c64000102030405060708090a0bf2c221888ce334d57fabd532ce7ef3f9d4d7ea318"
                                        + "cdd1f5e763cb08ca6c7c4e1724ff03e7a7180e23adddf8cd247178f"));
        SubjectSealer sealing =
                new SubjectSealer(new Sealer(KeySet.parse("p", List.of(OLD)), "tests", "eu"), gateway(OLD));
        byte[] sealed = HexFormat.of()
                .parseHex("021a6f6c642e41414141414141414141414141414141414141414141000102030405060708090a0b7be087116f70"
                        + "0223f24446f978f8a2908c999fa56701");
        assertThat(Sealer.subject(sealed)).isEqualTo(ANN);
        assertThat(got(sealing.open(sealed, "here")))
                .isInstanceOfSatisfying(
                        Sealer.Plain.class, plain -> assertThat(plain.bytes()).isEqualTo(TEXT));
        assertThat(got(sealing.open(sealed, "there"))).isEqualTo(Sealer.Unreadable.DAMAGED);
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(got(sealing.open(changed, "here"))).as("bit %d", bit).isInstanceOf(Sealer.Unreadable.class);
        }
    }

    @Test
    void theSweepHearsOfWhoHoldsKeysAndIsNoGateway() throws Exception {
        KeySet set = KeySet.parse("p", List.of(NEW, OLD));
        KeyRing ring = new KeyRing(
                "eu", "tidemark.of-tests", Map.of("data-keys", set), Duration.ofDays(1), InstantSource.system());
        ring.awaitPromotions();
        try (KeyHolder holder = new KeyHolder(counted(), "queue-1", ring)) {
            holder.say();
            connection.sync().set("tidemark:datakeys:holder:broken".getBytes(UTF_8), TEXT);
            Map<String, Map<String, KeyHoldings.Held>> heard = holders(set);
            assertThat(heard).containsEntry("queue-1", ring.holdings().sets());
            assertThat(set.inUse().id()).isEqualTo("old");
            assertThat(heard.get("broken")).isEmpty();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> !holders(set).containsKey("queue-1"));
    }

    private Map<String, Map<String, KeyHoldings.Held>> holders(KeySet set) throws InterruptedException {
        connection.sync().del("tidemark:datakeys:sweep:old".getBytes(UTF_8));
        DataKeys keys = new DataKeys(counted(), set, "eu", SETTINGS);
        try (DataKeySweep sweep =
                new DataKeySweep(counted(), keys, set, Duration.ofHours(1), InstantSource.system(), _ -> {})) {
            return sweep.sweep().orElseThrow().holders();
        }
    }
}
