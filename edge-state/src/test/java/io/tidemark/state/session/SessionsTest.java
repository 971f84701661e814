package io.tidemark.state.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.state.session.Sessions.Limits;
import io.tidemark.state.token.TokenFault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * On a real Redis.
 *
 * <p>One class, as one start of Redis serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsTest {
    private static final String OLD = "old:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String NEW = "new:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    private static final Limits LIMITS = new Limits(Duration.ofMinutes(30), Duration.ofHours(12), 3);

    private static final DataKeys.Settings DATA_KEYS =
            new DataKeys.Settings(Duration.ofDays(90), Duration.ofMinutes(1), 100);

    private final Redis redis =
            Redis.create(BackendOptions.named("redis-sessions").withMode(BackendMode.EMBEDDED));
    private final List<Sealer.Unreadable> unreadable = new ArrayList<>();
    private RedisClient client;
    private StatefulRedisConnection<byte[], byte[]> connection;
    private Sessions sessions;

    @BeforeAll
    void start() {
        redis.start();
        client = RedisClient.create(redis.url());
        connection = client.connect(ByteArrayCodec.INSTANCE);
        sessions = sessions(LIMITS, OLD);
    }

    @AfterAll
    void stop() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        redis.close();
    }

    private Sessions sessions(Limits limits, String... keys) {
        KeySet set = KeySet.parse("p", List.of(keys));
        StateRedis calls = new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<
                                    io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands<byte[], byte[]>,
                                    CompletionStage<T>>
                            call) {
                return call.apply(connection.async());
            }
        };
        return sessions(calls, limits, set);
    }

    private Sessions sessions(StateRedis calls, Limits limits, KeySet set) {
        DataKeys dataKeys = new DataKeys(calls, set, "eu", DATA_KEYS);
        return new Sessions(
                calls,
                limits,
                new Owners(new Sealer(set, "sessions", "eu"), dataKeys, new UserNames(set), 100, unreadable::add));
    }

    private static <T extends @Nullable Object> T got(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static byte[] json(String text) {
        return text.getBytes(UTF_8);
    }

    private String write(String id, String name, String text, Precondition precondition) {
        return got(sessions.write(id, name, json(text), precondition)) instanceof SessionOutcome.Written written
                ? written.version()
                : org.junit.jupiter.api.Assertions.fail("not written");
    }

    private Entry entry(String id, String name) {
        return got(sessions.read(id, name)) instanceof SessionOutcome.EntryFound(Entry entry)
                ? entry
                : org.junit.jupiter.api.Assertions.fail("no entry");
    }

    @Test
    void isThereWithItsUser() {
        Session made = got(sessions.create("ann@example.org"));
        assertThat(made.id()).hasSize(22);
        assertThat(made.expiresAt()).isEqualTo(made.created().plus(LIMITS.idle()));
        assertThat(got(sessions.find(made.id()))).isInstanceOfSatisfying(SessionOutcome.Found.class, found -> {
            assertThat(found.session().user()).isEqualTo("ann@example.org");
            assertThat(found.session().created()).isEqualTo(made.created());
            assertThat(found.session().expiresAt()).isAfterOrEqualTo(made.expiresAt());
        });
        Session nobodys = got(sessions.create(null));
        assertThat(got(sessions.find(nobodys.id())))
                .isInstanceOfSatisfying(
                        SessionOutcome.Found.class,
                        found -> assertThat(found.session().user()).isNull());
    }

    @Test
    void aWriteNeedsTheVersionThatIsThere() {
        String id = got(sessions.create(null)).id();
        assertThat(got(sessions.read(id, "cart"))).isEqualTo(new SessionOutcome.NoEntry());
        assertThat(got(sessions.write(id, "cart", json("0"), Precondition.version("other"))))
                .isEqualTo(new SessionOutcome.NotAsExpected(null));
        String first = write(id, "cart", "1", Precondition.absent());
        assertThat(entry(id, "cart").json()).isEqualTo(json("1"));
        assertThat(got(sessions.write(id, "cart", json("2"), Precondition.absent())))
                .isEqualTo(new SessionOutcome.NotAsExpected(first));
        String second = write(id, "cart", "2", new Precondition(List.of("x", first), true, false));
        assertThat(second).isNotEqualTo(first);
        assertThat(got(sessions.write(id, "cart", json("3"), Precondition.version(first))))
                .isEqualTo(new SessionOutcome.NotAsExpected(second));
        String third = write(id, "cart", "3", new Precondition(List.of(), true, false));
        assertThat(got(sessions.delete(id, "cart", Precondition.version(second))))
                .isEqualTo(new SessionOutcome.NotAsExpected(third));
        assertThat(got(sessions.delete(id, "cart", Precondition.version(third))))
                .isEqualTo(new SessionOutcome.Deleted());
        assertThat(got(sessions.delete(id, "cart", Precondition.version(third))))
                .isEqualTo(new SessionOutcome.NoEntry());
        write(id, "cart", "4", Precondition.absent());
        assertThat(got(sessions.write(id, "cart", json("5"), Precondition.version(first))))
                .as("a version never comes again")
                .isInstanceOf(SessionOutcome.NotAsExpected.class);
    }

    @Test
    void hasOnlySoManyEntries() {
        for (@Nullable String user : new @Nullable String[] {null, "ann"}) {
            String id = got(sessions.create(user)).id();
            for (int i = 0; i < LIMITS.entries(); i++) {
                write(id, "e" + i, "1", Precondition.absent());
            }
            assertThat(got(sessions.write(id, "more", json("1"), Precondition.absent())))
                    .isEqualTo(new SessionOutcome.Full());
            write(id, "e0", "2", new Precondition(List.of(), true, false));
        }
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        String id = got(sessions.create(null)).id();
        write(id, "count", "0", Precondition.absent());
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < 16; writer++) {
                running.add(writers.submit(() -> {
                    for (int i = 0; i < 10; i++) {
                        increment(id);
                    }
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        assertThat(entry(id, "count").json()).isEqualTo(json("160"));
    }

    private void increment(String id) {
        SessionOutcome outcome;
        do {
            Entry now = entry(id, "count");
            int count = Integer.parseInt(new String(now.json(), UTF_8));
            outcome = got(sessions.write(
                    id, "count", json(Integer.toString(count + 1)), Precondition.version(now.version())));
        } while (!(outcome instanceof SessionOutcome.Written));
    }

    @Test
    void endedItStaysSoWhoeverWrites() throws Exception {
        Session session = got(sessions.create("ann"));
        String version = write(session.id(), "cart", "1", Precondition.absent());
        assertThat(got(sessions.end(session.id()))).isEqualTo(new SessionOutcome.Ended());
        SessionOutcome gone = new SessionOutcome.Gone(TokenFault.REVOKED);
        assertThat(got(sessions.find(session.id()))).isEqualTo(gone);
        assertThat(got(sessions.read(session.id(), "cart"))).isEqualTo(gone);
        assertThat(got(sessions.write(session.id(), "cart", json("2"), Precondition.version(version))))
                .isEqualTo(gone);
        assertThat(got(sessions.write(session.id(), "cart", json("2"), Precondition.absent())))
                .isEqualTo(gone);
        assertThat(got(sessions.delete(session.id(), "cart", Precondition.version(version))))
                .isEqualTo(gone);
        assertThat(got(sessions.end(session.id()))).isEqualTo(gone);
        byte[] key = ("tidemark:session:{" + session.id() + '}').getBytes(UTF_8);
        assertThat(connection.sync().hlen(key)).as("nothing but the tombstone").isEqualTo(1);
        assertThat(Instant.ofEpochMilli(connection.sync().pexpiretime(key)))
                .as("to the absolute end")
                .isEqualTo(session.created().plus(LIMITS.lifetime()));
    }

    @Test
    void endsWhenItIsNotUsedAndAtItsAbsoluteEndThoughItIs() {
        Sessions quick = sessions(new Limits(Duration.ofMillis(300), Duration.ofMinutes(1), 3), OLD);
        String idle = got(quick.create(null)).id();
        await().until(() -> got(sessions.read(idle, "x")).equals(new SessionOutcome.NoEntry()));
        String unused = got(quick.create(null)).id();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> connection.sync().exists(("tidemark:session:{" + unused + '}').getBytes(UTF_8)) == 0);
        assertThat(got(quick.find(unused))).isEqualTo(new SessionOutcome.Gone(TokenFault.EXPIRED));
        assertThat(got(sessions.find(idle))).as("used with a longer pause").isInstanceOf(SessionOutcome.Found.class);

        Sessions shortLived = sessions(new Limits(Duration.ofMinutes(1), Duration.ofMillis(500), 3), OLD);
        String used = got(shortLived.create(null)).id();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> got(shortLived.find(used)).equals(new SessionOutcome.Gone(TokenFault.EXPIRED)));
    }

    @Test
    void allOfAUserEndAtOnceAlsoThoseOfBeforeARotation() {
        Session before = got(sessions.create("carol"));
        Session others = got(sessions.create("dave"));
        Sessions rotated = sessions(LIMITS, NEW, OLD);
        Session after = got(rotated.create("carol"));
        assertThat(got(rotated.endAll("carol"))).isEqualTo(2);
        for (Session ended : List.of(before, after)) {
            assertThat(got(rotated.find(ended.id()))).isEqualTo(new SessionOutcome.Gone(TokenFault.REVOKED));
        }
        assertThat(got(rotated.find(others.id()))).isInstanceOf(SessionOutcome.Found.class);
        assertThat(got(rotated.endAll("carol"))).isZero();
    }

    @Test
    void whatLiesInAnotherPlaceCountsAsAbsent() {
        String one = got(sessions.create(null)).id();
        String other = got(sessions.create(null)).id();
        write(one, "cart", "1", Precondition.absent());
        byte[] field = "e:cart".getBytes(UTF_8);
        byte[] moved = connection.sync().hget(("tidemark:session:{" + one + '}').getBytes(UTF_8), field);
        connection.sync().hset(("tidemark:session:{" + other + '}').getBytes(UTF_8), field, moved);
        unreadable.clear();
        assertThat(got(sessions.read(other, "cart"))).isEqualTo(new SessionOutcome.NoEntry());
        assertThat(unreadable).containsExactly(Sealer.Unreadable.DAMAGED);
        Sessions without = sessions(LIMITS, NEW);
        assertThat(got(without.read(one, "cart"))).isEqualTo(new SessionOutcome.NoEntry());
        assertThat(unreadable).contains(Sealer.Unreadable.UNKNOWN_KEY);
    }

    @Test
    void redisHasNoPlainTextOfIt() {
        Session session = got(sessions.create("canary-user"));
        write(session.id(), "cart", "{\"x\":\"canary-body\"}", Precondition.absent());
        StringBuilder all = new StringBuilder();
        for (byte[] key : connection.sync().keys("*")) {
            all.append(new String(key, ISO_8859_1))
                    .append(new String(connection.sync().dump(key), ISO_8859_1));
        }
        assertThat(all.toString()).contains(session.id()).doesNotContain("canary-user", "canary-body");
    }

    /** Sealed with the region's key: of before each user had one. Computed beside this code. */
    @Test
    void aSessionOfBeforeThereWereDataKeysGoesOn() {
        String id = "AAAAAAAAAAAAAAAAAAAAAA";
        byte[] key = ("tidemark:session:{" + id + '}').getBytes(UTF_8);
        connection.sync().hset(key, "created".getBytes(UTF_8), "1700000000000".getBytes(UTF_8));
        connection.sync().hset(key, "end".getBytes(UTF_8), "9000000000000".getBytes(UTF_8));
        HexFormat hex = HexFormat.of();
        connection
                .sync()
                .hset(
                        key,
                        "user".getBytes(UTF_8),
                        hex.parseHex("01036f6c64000102030405060708090a0b7e9c999124dc018fc74972b9908a77b93dd2ae"));
        connection
                .sync()
                .hset(
                        key,
                        "e:cart".getBytes(UTF_8),
                        hex.parseHex(hex.formatHex("0123456789abcdef".getBytes(UTF_8))
                                + "01036f6c64000102030405060708090a0b64d0961885ad1e563945bac6e6a4707dd5cbb62be34a65"));
        assertThat(got(sessions.find(id)))
                .isInstanceOfSatisfying(
                        SessionOutcome.Found.class,
                        found -> assertThat(found.session().user()).isEqualTo("ann"));
        assertThat(entry(id, "cart").json()).isEqualTo(json("{\"a\":1}"));
        write(id, "cart", "2", Precondition.version("0123456789abcdef"));
        assertThat(entry(id, "cart").json()).isEqualTo(json("2"));
        byte[] written = connection.sync().hget(key, "e:cart".getBytes(UTF_8));
        assertThat(Sealer.subject(java.util.Arrays.copyOfRange(written, 16, written.length)))
                .as("with the user's key now")
                .startsWith("old.");
        connection.sync().del(key);
    }

    @Test
    void withoutItsUsersDataKeyNothingOfASessionIsLeft() {
        Session session = got(sessions.create("eve"));
        String version = write(session.id(), "cart", "1", Precondition.absent());
        Session nobodys = got(sessions.create(null));
        write(nobodys.id(), "cart", "1", Precondition.absent());
        Sessions another = sessions(LIMITS, OLD);
        String subject = new UserNames(KeySet.parse("p", List.of(OLD))).of("eve");
        assertThat(connection.sync().del(("tidemark:datakey:{" + subject + '}').getBytes(UTF_8)))
                .isEqualTo(1);
        unreadable.clear();
        assertThat(got(another.read(session.id(), "cart"))).isEqualTo(new SessionOutcome.NoEntry());
        assertThat(got(another.find(session.id()))).isEqualTo(new SessionOutcome.Gone(TokenFault.EXPIRED));
        assertThat(got(another.write(session.id(), "cart", json("2"), Precondition.version(version))))
                .isEqualTo(new SessionOutcome.Gone(TokenFault.EXPIRED));
        assertThat(unreadable).hasSize(3).containsOnly(Sealer.Unreadable.NO_DATA_KEY);
        assertThat(connection.sync().exists(("tidemark:datakey:{" + subject + '}').getBytes(UTF_8)))
                .as("nobody makes a new one for it")
                .isZero();
        assertThat(got(another.read(nobodys.id(), "cart"))).isInstanceOf(SessionOutcome.EntryFound.class);
    }

    @Test
    void aReadAndAWriteAreOneCallEach() {
        Session session = got(sessions.create("fay"));
        write(session.id(), "cart", "1", Precondition.absent());
        AtomicInteger calls = new AtomicInteger();
        StateRedis counted = new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<
                                    io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands<byte[], byte[]>,
                                    CompletionStage<T>>
                            call) {
                calls.incrementAndGet();
                return call.apply(connection.async());
            }
        };
        Sessions gateway = sessions(counted, LIMITS, KeySet.parse("p", List.of(OLD)));
        got(gateway.read(session.id(), "cart"));
        assertThat(calls).as("the user's key was asked for").hasValue(2);
        Entry read = got(gateway.read(session.id(), "cart")) instanceof SessionOutcome.EntryFound(Entry entry)
                ? entry
                : org.junit.jupiter.api.Assertions.fail("no entry");
        assertThat(calls).hasValue(3);
        got(gateway.write(session.id(), "cart", json("2"), Precondition.version(read.version())));
        assertThat(calls).hasValue(4);
        Sessions cold = sessions(counted, LIMITS, KeySet.parse("p", List.of(OLD)));
        got(cold.write(session.id(), "cart", json("3"), Precondition.version(read.version())));
        assertThat(calls).as("whose it is, the user's key, the write").hasValue(7);
    }

    /** As Lettuce does when it has lost the connection before the answer came. */
    @Test
    void aWriteThatIsSentTwiceIsDoneOnce() {
        String id = got(sessions.create(null)).id();
        StateRedis twice = new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<
                                    io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands<byte[], byte[]>,
                                    CompletionStage<T>>
                            call) {
                return call.apply(connection.async())
                        .thenCompose(_ -> call.apply(connection.async()))
                        .toCompletableFuture();
            }
        };
        KeySet set = KeySet.parse("p", List.of(OLD));
        Sessions resending = sessions(twice, LIMITS, set);
        String version = write(id, "cart", "1", Precondition.absent());
        CompletableFuture<SessionOutcome> written = resending
                .write(id, "cart", json("2"), Precondition.version(version))
                .toCompletableFuture();
        assertThat(got(written)).isInstanceOf(SessionOutcome.Written.class);
        assertThat(entry(id, "cart").json()).isEqualTo(json("2"));
    }

    /** The session's id is in the index of its user, and the session is not there yet. */
    @Test
    void oneThatIsBeingMadeWhileAllOfItsUserEndIsNotMade() {
        CompletableFuture<Void> sealed = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        StateRedis slow = new StateRedis() {
            private int calls;

            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<
                                    io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands<byte[], byte[]>,
                                    CompletionStage<T>>
                            call) {
                calls++;
                if (calls < 3) { // the index, the user's key
                    return call.apply(connection.async());
                }
                sealed.complete(null);
                return ended.thenCompose(_ -> call.apply(connection.async()));
            }
        };
        Sessions making = sessions(slow, LIMITS, KeySet.parse("p", List.of(OLD)));
        CompletableFuture<Session> made = making.create("gus").toCompletableFuture();
        got(sealed);
        assertThat(got(sessions.endAll("gus"))).isZero();
        ended.complete(null);
        assertThat(made).failsWithin(Duration.ofSeconds(30));
        assertThat(got(sessions.find(got(sessions.create("gus")).id()))).isInstanceOf(SessionOutcome.Found.class);
        assertThat(got(sessions.endAll("gus"))).isEqualTo(1);
    }
}
