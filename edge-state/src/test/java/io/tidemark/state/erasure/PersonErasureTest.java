package io.tidemark.state.erasure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Sealer;
import io.tidemark.state.keys.UserNames;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.state.session.Owners;
import io.tidemark.state.session.Precondition;
import io.tidemark.state.session.Session;
import io.tidemark.state.session.SessionErasure;
import io.tidemark.state.session.SessionOutcome;
import io.tidemark.state.session.Sessions;
import io.tidemark.state.token.TokenFault;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** On a real Redis: what is kept of a person, and what comes late. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonErasureTest {
    private static final KeySet KEYS = KeySet.parse("p", List.of("k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="));
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Position AT = new Position("e", 7);

    private final Redis redis =
            Redis.create(BackendOptions.named("redis-erasure").withMode(BackendMode.EMBEDDED));
    private final UserNames names = new UserNames(KEYS);
    private RedisClient client;
    private StatefulRedisConnection<byte[], byte[]> connection;
    private StateRedis calls;
    private DataKeys keys;
    private Sessions sessions;
    private PersonErasure erasure;

    @BeforeAll
    void start() {
        redis.start();
        client = RedisClient.create(redis.url());
        connection = client.connect(ByteArrayCodec.INSTANCE);
        calls = new StateRedis() {
            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
                return call.apply(connection.async());
            }
        };
        keys = new DataKeys(calls, KEYS, "eu", new DataKeys.Settings(Duration.ofDays(90), Duration.ofMinutes(1), 100));
        Owners owners = new Owners(new Sealer(KEYS, "sessions", "eu"), keys, names, 100, _ -> {});
        sessions = new Sessions(calls, new Sessions.Limits(Duration.ofMinutes(30), Duration.ofHours(12), 8), owners);
        erasure = new PersonErasure(
                List.of(new SessionErasure(calls), new KeyErasure(keys)), new ErasedUpTo(calls, "eu"), SOON);
    }

    @AfterAll
    void stop() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        redis.close();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private SessionOutcome write(Session session, String json) {
        return await(
                sessions.write(session.id(), "cart", json.getBytes(UTF_8), new Precondition(List.of(), false, false)));
    }

    @Test
    void nothingIsLeftAndWhatComesLateBringsNothingBack() {
        Session one = await(sessions.create("canary-ann"));
        Session two = await(sessions.create("canary-ann"));
        Session bobs = await(sessions.create("bob"));
        assertThat(write(one, "{\"a\":1}")).isInstanceOf(SessionOutcome.Written.class);
        assertThat(write(bobs, "{\"b\":1}")).isInstanceOf(SessionOutcome.Written.class);
        Map<String, byte[]> copy = dumps(one.id());
        Map<String, Erasure.Store> done = erasure.erase(names.all("canary-ann"), AT);
        assertThat(done).isEqualTo(Map.of("sessions", new Erasure.Store(2, 0), "keys", new Erasure.Store(1, 0)));
        assertThat(write(one, "{\"a\":2}"))
                .as("a write that was under way")
                .isIn(new SessionOutcome.Gone(TokenFault.REVOKED), new SessionOutcome.Gone(TokenFault.EXPIRED));
        assertThat(await(sessions.find(two.id()))).isEqualTo(new SessionOutcome.Gone(TokenFault.REVOKED));
        assertThat(await(sessions.read(bobs.id(), "cart"))).isInstanceOf(SessionOutcome.EntryFound.class);
        assertThat(await(keys.has(names.of("canary-ann"))))
                .as("nobody made another key")
                .isFalse();

        copy.forEach((name, dump) -> {
            byte[] key = name.getBytes(US_ASCII);
            await(connection.async().del(key));
            await(connection.async().restore(key, 0, dump));
        });
        assertThat(await(sessions.find(one.id())))
                .as("an old copy of Redis does not open")
                .isEqualTo(new SessionOutcome.Gone(TokenFault.EXPIRED));
        assertThat(await(sessions.read(one.id(), "cart"))).isInstanceOf(SessionOutcome.NoEntry.class);
        assertThat(erasure.erase(names.all("canary-ann"), AT))
                .as("again")
                .containsEntry("keys", new Erasure.Store(0, 0));
    }

    private Map<String, byte[]> dumps(String id) {
        Map<String, byte[]> dumps = new HashMap<>();
        byte[] key = ("tidemark:session:{" + id + '}').getBytes(US_ASCII);
        dumps.put(new String(key, US_ASCII), await(connection.async().dump(key)));
        assertThat(new String(await(connection.async().dump(key)), ISO_8859_1)).doesNotContain("canary");
        return dumps;
    }

    /** Its id is in the index, and its hash is about to be made. */
    @Test
    void aSessionThatIsJustBeingMadeIsNotMade() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Void> indexed = new CompletableFuture<>();
        StateRedis slow = new StateRedis() {
            private int count;

            @Override
            public <T extends @Nullable Object> CompletionStage<T> call(
                    Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
                if (++count == 1) {
                    return call.apply(connection.async()).whenComplete((_, _) -> indexed.complete(null));
                }
                return gate.thenCompose(_ -> call.apply(connection.async()));
            }
        };
        Owners owners = new Owners(new Sealer(KEYS, "sessions", "eu"), keys, names, 100, _ -> {});
        Sessions late =
                new Sessions(slow, new Sessions.Limits(Duration.ofMinutes(30), Duration.ofHours(12), 8), owners);
        CompletionStage<Session> making = late.create("carl");
        await(indexed);
        erasure.erase(names.all("carl"), AT);
        gate.complete(null);
        assertThatThrownBy(() -> await(making)).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(await(new SessionErasure(calls).left(names.of("carl")))).isZero();
    }

    @Test
    void aStoreThatStillHasSomethingOrDoesNotAnswerIsNotDone() {
        PersonStore stubborn = store(0L, CompletableFuture.completedFuture(1L));
        assertThatThrownBy(() ->
                        new PersonErasure(List.of(stubborn), new ErasedUpTo(calls, "eu"), SOON).erase(List.of("n"), AT))
                .isInstanceOf(PersonErasure.NotErasedException.class)
                .hasMessageContaining("1 in stubborn");
        PersonStore away = store(0L, CompletableFuture.failedFuture(new IllegalStateException("away")));
        assertThatThrownBy(() ->
                        new PersonErasure(List.of(away), new ErasedUpTo(calls, "eu"), SOON).erase(List.of("n"), AT))
                .isInstanceOf(PersonErasure.NotErasedException.class)
                .hasMessageContaining("stubborn cannot be reached");
    }

    private static PersonStore store(long erased, CompletionStage<Long> left) {
        return new PersonStore() {
            @Override
            public String name() {
                return "stubborn";
            }

            @Override
            public CompletionStage<Long> erase(String person, Position position) {
                return CompletableFuture.completedFuture(erased);
            }

            @Override
            public CompletionStage<Long> left(String person) {
                return left;
            }
        };
    }
}
