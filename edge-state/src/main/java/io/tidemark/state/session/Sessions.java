package io.tidemark.state.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.state.redis.StateRedis;
import io.tidemark.state.token.TokenFault;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this region: {@code tidemark:session:{<id>}}, and {@code tidemark:sessions:{<name of a user>}} with the ids of
 * a user's. Each call is one script, which compares and writes in one step, so no update is lost however many write; each use
 * moves the end, up to the absolute one. Each call fails if Redis does not answer. Thread-safe.
 */
public final class Sessions {
    private static final int ID_BYTES = 16;
    private static final int VERSION_BYTES = 12;
    private static final int VERSION_LENGTH = 16;
    private static final String USER = "user";

    private final StateRedis redis;
    private final Limits limits;
    private final Owners owners;
    private final RecentEntries recent;
    private final SecureRandom random = new SecureRandom();

    /**
     * Bounds of one session.
     *
     * @param idle the longest pause between two uses
     * @param lifetime from its beginning to its absolute end
     * @param entries the most named entries
     */
    public record Limits(Duration idle, Duration lifetime, int entries) {}

    public Sessions(StateRedis redis, Limits limits, Owners owners) {
        this(redis, limits, owners, new RecentEntries(Duration.ZERO, 0));
    }

    /** @param recent what is shown while Redis does not answer */
    public Sessions(StateRedis redis, Limits limits, Owners owners, RecentEntries recent) {
        this.recent = recent;
        this.redis = redis;
        this.limits = limits;
        this.owners = owners;
    }

    /** Makes one. A user's is in the user's index before it is there, so that ending all of them ends it. */
    public CompletionStage<Session> create(@Nullable String user) {
        String id = random(ID_BYTES);
        CompletionStage<?> indexed = user == null
                ? CompletableFuture.completedFuture(null)
                : redis.call(commands -> SessionScripts.REMEMBER.run(
                        commands, index(owners.names().of(user)), number(limits.lifetime), ascii(id)));
        return owners.seal(id, user, place(id, USER))
                .thenCombine(indexed, (owner, _) -> owner)
                .thenCompose(owner -> redis.call(commands -> SessionScripts.CREATE.run(
                        commands, key(id), number(limits.idle), number(limits.lifetime), owner)))
                .thenApply(made -> {
                    if (made.size() < 3) { // its user is erased at this moment
                        throw new IllegalStateException("the session was ended before it was made");
                    }
                    return new Session(id, user, instant(made.get(1)), instant(made.get(2)));
                });
    }

    /** {@link SessionOutcome.Found} or {@link SessionOutcome.Gone}. */
    public CompletionStage<SessionOutcome> find(String id) {
        return redis.call(commands -> SessionScripts.FIND.run(commands, key(id), number(limits.idle)))
                .thenCompose(found -> {
                    TokenFault fault = fault(found);
                    if (fault != null) {
                        return CompletableFuture.completedFuture(new SessionOutcome.Gone(fault));
                    }
                    byte[] sealed = bytes(found.get(3));
                    owners.learn(id, sealed);
                    Instant created = instant(found.get(1));
                    Instant expiresAt = instant(found.get(2));
                    return sealed.length == 0
                            ? CompletableFuture.completedFuture(
                                    new SessionOutcome.Found(new Session(id, null, created, expiresAt)))
                            : owners.open(sealed, place(id, USER))
                                    .thenApply(user -> user == null
                                            ? new SessionOutcome.Gone(TokenFault.EXPIRED) // whose it is cannot be told
                                            : new SessionOutcome.Found(
                                                    new Session(id, new String(user, UTF_8), created, expiresAt)));
                });
    }

    /** {@link SessionOutcome.EntryFound}, {@link SessionOutcome.NoEntry} or {@link SessionOutcome.Gone}. */
    public CompletionStage<SessionOutcome> read(String id, String name) {
        RecentEntries.Mark before = recent.mark(id);
        return redis.call(commands -> SessionScripts.READ.run(commands, key(id), number(limits.idle), field(name)))
                .thenCompose(found -> {
                    TokenFault fault = fault(found);
                    if (fault != null) {
                        recent.forget(id);
                        return CompletableFuture.completedFuture(new SessionOutcome.Gone(fault));
                    }
                    owners.learn(id, bytes(found.get(2)));
                    byte[] lying = bytes(found.get(1));
                    if (lying.length < VERSION_LENGTH) {
                        recent.forget(id);
                        return CompletableFuture.completedFuture(new SessionOutcome.NoEntry());
                    }
                    return open(id, name, lying).thenApply(entry -> {
                        if (entry == null) {
                            return new SessionOutcome.NoEntry();
                        }
                        recent.remember(id, name, lying, before);
                        return new SessionOutcome.EntryFound(entry);
                    });
                });
    }

    /** As {@link #read}; {@link SessionOutcome.RecentEntry} where Redis does not answer, and the entry was read lately. */
    public CompletionStage<SessionOutcome> readOrRecent(String id, String name) {
        return read(id, name).exceptionallyCompose(away -> {
            byte[] lying = recent.get(id, name);
            return lying == null
                    ? CompletableFuture.failedFuture(away)
                    : open(id, name, lying)
                            .thenCompose(entry -> entry == null
                                    ? CompletableFuture.failedFuture(away)
                                    : CompletableFuture.completedFuture(new SessionOutcome.RecentEntry(entry)));
        });
    }

    /** Null if it cannot be opened. */
    private CompletionStage<@Nullable Entry> open(String id, String name, byte[] lying) {
        String version = new String(lying, 0, VERSION_LENGTH, US_ASCII);
        byte[] sealed = java.util.Arrays.copyOfRange(lying, VERSION_LENGTH, lying.length);
        return owners.open(sealed, place(id, name, version))
                .thenApply(json -> json == null ? null : new Entry(version, json));
    }

    /**
     * {@link SessionOutcome.Written}, {@link SessionOutcome.NotAsExpected}, {@link SessionOutcome.Full} or
     * {@link SessionOutcome.Gone}.
     */
    public CompletionStage<SessionOutcome> write(String id, String name, byte[] json, Precondition precondition) {
        String version = random(VERSION_BYTES);
        Supplier<CompletionStage<byte[]>> user =
                () -> redis.<byte @Nullable []>call(commands -> commands.hget(key(id), ascii(USER)))
                        .thenApply(owner -> owner == null ? new byte[0] : owner);
        return owners.sealEntry(id, json, place(id, name, version), user, place(id, USER))
                .thenCompose(entry -> entry == null
                        ? CompletableFuture.completedFuture(new SessionOutcome.Gone(TokenFault.EXPIRED))
                        : write(id, name, version, entry, precondition));
    }

    private CompletionStage<SessionOutcome> write(
            String id, String name, String version, byte[] sealed, Precondition precondition) {
        byte[] entry = new byte[VERSION_LENGTH + sealed.length];
        System.arraycopy(ascii(version), 0, entry, 0, VERSION_LENGTH);
        System.arraycopy(sealed, 0, entry, VERSION_LENGTH, sealed.length);
        List<byte[]> values = values(name, precondition);
        values.add(entry);
        values.add(ascii(Integer.toString(limits.entries)));
        return changed(id, commands -> SessionScripts.WRITE.run(commands, key(id), values.toArray(byte[][]::new)))
                .thenApply(done -> switch (text(done.getFirst())) {
                    case "ok" ->
                        new SessionOutcome.Written(
                                text(done.get(1)), !text(done.get(2)).isEmpty());
                    case "full" -> new SessionOutcome.Full();
                    default -> refused(done);
                });
    }

    /**
     * {@link SessionOutcome.Deleted}, {@link SessionOutcome.NoEntry}, {@link SessionOutcome.NotAsExpected} or
     * {@link SessionOutcome.Gone}.
     */
    public CompletionStage<SessionOutcome> delete(String id, String name, Precondition precondition) {
        byte[][] values = values(name, precondition).toArray(byte[][]::new);
        return changed(id, commands -> SessionScripts.DELETE.run(commands, key(id), values))
                .thenApply(done -> switch (text(done.getFirst())) {
                    case "ok" -> new SessionOutcome.Deleted();
                    case "none" -> new SessionOutcome.NoEntry();
                    default -> refused(done);
                });
    }

    /** {@link SessionOutcome.Ended} or {@link SessionOutcome.Gone}. What it had is gone with it. */
    public CompletionStage<SessionOutcome> end(String id) {
        return changed(id, commands -> SessionScripts.END.run(commands, key(id), number(limits.idle)))
                .thenApply(done -> {
                    TokenFault fault = fault(done);
                    return fault == null ? new SessionOutcome.Ended() : new SessionOutcome.Gone(fault);
                });
    }

    /** Ends all of a user's, those too that are being made: how many of them were there. */
    public CompletionStage<Long> endAll(String user) {
        CompletionStage<Long> ended = CompletableFuture.completedFuture(0L);
        for (String name : owners.names().all(user)) {
            ended = ended.thenCombine(SessionErasure.endAll(redis, name), Long::sum);
        }
        return ended.whenComplete((_, _) -> recent.forgetAll());
    }

    /** Nothing that was read before is shown after, though it is not known whether the change was taken. */
    private CompletionStage<List<Object>> changed(
            String id, Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<List<Object>>> change) {
        recent.forget(id);
        return redis.call(change).whenComplete((_, _) -> recent.forget(id));
    }

    private List<byte[]> values(String name, Precondition precondition) {
        List<byte[]> values = new ArrayList<>();
        values.add(number(limits.idle));
        values.add(field(name));
        values.add(flag(precondition.mustNotExist()));
        values.add(flag(precondition.mustExist()));
        values.add(ascii(Integer.toString(precondition.anyOf().size())));
        precondition.anyOf().forEach(version -> values.add(version.getBytes(UTF_8)));
        return values;
    }

    private static SessionOutcome refused(List<Object> done) {
        TokenFault fault = fault(done);
        if (fault != null) {
            return new SessionOutcome.Gone(fault);
        }
        String current = text(done.get(1));
        return new SessionOutcome.NotAsExpected(current.isEmpty() ? null : current);
    }

    private static @Nullable TokenFault fault(List<Object> answer) {
        return switch (text(answer.getFirst())) {
            case "revoked" -> TokenFault.REVOKED;
            case "absent" -> TokenFault.EXPIRED;
            default -> null;
        };
    }

    private String random(int bytes) {
        byte[] made = new byte[bytes];
        random.nextBytes(made);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(made);
    }

    private static String place(String... parts) {
        return "session/" + String.join("/", parts);
    }

    static byte[] key(String id) {
        return ascii("tidemark:session:{" + id + '}');
    }

    static byte[] index(String userName) {
        return ascii("tidemark:sessions:{" + userName + '}');
    }

    private static byte[] field(String name) {
        return ascii("e:" + name);
    }

    private static byte[] flag(boolean set) {
        return ascii(set ? "1" : "");
    }

    private static byte[] number(Duration duration) {
        return ascii(Long.toString(duration.toMillis()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static byte[] bytes(Object answer) {
        return (byte[]) answer;
    }

    private static String text(Object answer) {
        return new String(bytes(answer), US_ASCII);
    }

    private static Instant instant(Object answer) {
        return Instant.ofEpochMilli(Long.parseLong(text(answer)));
    }
}
