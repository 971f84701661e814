package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.GetExArgs;
import io.tidemark.state.redis.Script;
import io.tidemark.state.redis.StateRedis;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A data key for each subject: {@code tidemark:datakey:{<name of the subject>}}, sealed ("wrapped") by the region's key set. Without
 * it nothing opens that was sealed of the subject, wherever a copy of that lies: {@link #destroy} is how a subject is erased.
 * What was read is remembered for a while, so that a request rarely asks for it. A key that nobody has used for its whole lifetime is
 * gone by itself. Each call fails if the store does not answer; then nothing may be read or written in plain instead. Thread-safe.
 *
 * <p>Another process that seals (the write queue) or erases makes one of its own, of the same store, keys and region; all it needs
 * beside that is the subject's name, by {@link UserNames} or out of the record ({@link Sealer#subject}).
 */
public final class DataKeys {
    private static final int BYTES = 32;

    /** ARGV: a new key, sealed, and its lifetime in milliseconds. Of two that make one at once one wins, and both have that. */
    private static final Script GET_OR_MAKE = new Script("""
        local had = redis.call('GET', KEYS[1])
        if had then
          redis.call('PEXPIRE', KEYS[1], ARGV[2])
          return {had}
        end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return {ARGV[1]}
        """);

    /** ARGV: as it lies, and as it is to lie. Whoever comes between wins: it is another key then, or sealed anew already. */
    private static final Script SEAL_ANEW = new Script("""
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {0} end
        redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
        return {1}
        """);

    private final StateRedis store;
    private final Sealer wrapping;
    private final Settings settings;
    private final Cache<String, DataKey> memory;
    private final AtomicLong forgotten = new AtomicLong();
    private final SecureRandom random = new SecureRandom();

    /**
     * How long and how many.
     *
     * @param lifetime how long a key is kept that nobody uses: longer than anything that is sealed with it
     * @param memory how long one is remembered after it was read
     * @param most the most that are remembered
     */
    public record Settings(Duration lifetime, Duration memory, int most) {}

    /**
     * @param keys the region's, {@code tidemark.state.data-keys}
     * @param region keys of one do not open in another, though it had the same key set
     */
    public DataKeys(StateRedis store, KeySet keys, String region, Settings settings) {
        this(store, new Sealer(keys, "data keys", region), settings);
    }

    private DataKeys(StateRedis store, Sealer wrapping, Settings settings) {
        this.store = store;
        this.wrapping = wrapping;
        this.settings = settings;
        this.memory = memory(settings);
    }

    private static Cache<String, DataKey> memory(Settings settings) {
        return Caffeine.newBuilder()
                .maximumSize(settings.most)
                .expireAfterWrite(settings.memory)
                .executor(Runnable::run)
                .build();
    }

    /** Keys of other subjects in the same place, which are kept for as long as that; what is remembered of them is apart. */
    public DataKeys lasting(Duration lifetime) {
        return new DataKeys(store, wrapping, new Settings(lifetime, settings.memory, settings.most));
    }

    /** The subject's key; a new one if it has none. Fails with {@link UnreadableKeyException} if it has one that does not open. */
    public CompletionStage<DataKey> getOrMake(String subject) {
        DataKey known = memory.getIfPresent(subject);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        byte[] wrapped = wrapping.seal(secret, place(subject));
        long before = forgotten.get();
        return store.call(commands -> GET_OR_MAKE.run(commands, key(subject), wrapped, lifetime()))
                .thenApply(answer -> switch (unwrapped(subject, (byte[]) answer.getFirst(), before)) {
                    case DataKeyLookup.Present(DataKey key) -> key;
                    case DataKeyLookup.Absent(Sealer.Unreadable why) -> throw new UnreadableKeyException(why);
                });
    }

    /** The subject's key, if it has one that opens. */
    public CompletionStage<DataKeyLookup> get(String subject) {
        DataKey known = memory.getIfPresent(subject);
        if (known != null) {
            return CompletableFuture.completedFuture(new DataKeyLookup.Present(known));
        }
        long before = forgotten.get();
        return store.<byte @Nullable []>call(
                        commands -> commands.getex(key(subject), GetExArgs.Builder.px(settings.lifetime.toMillis())))
                .thenApply(wrapped -> wrapped == null
                        ? new DataKeyLookup.Absent(Sealer.Unreadable.NO_DATA_KEY)
                        : unwrapped(subject, wrapped, before));
    }

    /**
     * Destroys the subject's key, and forgets it here: whether there was one. What was sealed with it opens nowhere any more once every
     * process has forgotten it: at the latest when its memory is over, at once where {@link #forget} is called after this.
     */
    public CompletionStage<Boolean> destroy(String subject) {
        return store.call(commands -> commands.del(key(subject))).thenApply(count -> {
            forget(subject);
            return count > 0;
        });
    }

    /** Whether the subject has one, be it remembered or not. */
    public CompletionStage<Boolean> has(String subject) {
        return store.call(commands -> commands.exists(key(subject))).thenApply(count -> count > 0);
    }

    /** Forgets what was read of all. */
    public void forgetAll() {
        forgotten.incrementAndGet();
        memory.invalidateAll();
    }

    /** Forgets what was read; also what is being read at this moment. */
    public void forget(String subject) {
        forgotten.incrementAndGet();
        memory.invalidate(subject);
    }

    /** @param before what was forgotten when it was asked for */
    private DataKeyLookup unwrapped(String subject, byte[] wrapped, long before) {
        return switch (wrapping.open(wrapped, place(subject))) {
            case Sealer.Plain(byte[] secret)
            when secret.length == BYTES -> {
                DataKey key = new DataKey(subject, new SecretKeySpec(secret, "AES"));
                memory.put(subject, key);
                if (forgotten.get() != before) {
                    memory.invalidate(subject);
                }
                if (!wrapping.isUnderKeyInUse(wrapped)) {
                    var _ = sealAnew(
                            subject, wrapped, secret); // if it fails, it is done at the next read, or by the sweep
                }
                yield new DataKeyLookup.Present(key);
            }
            case Sealer.Plain _ -> new DataKeyLookup.Absent(Sealer.Unreadable.DAMAGED);
            case Sealer.Unreadable why -> new DataKeyLookup.Absent(why);
        };
    }

    /** Seals a key with the one of the region's that is used, if that has not sealed it: false if it cannot be opened here. */
    CompletionStage<Boolean> sealAnew(String subject, byte[] wrapped) {
        if (wrapping.isUnderKeyInUse(wrapped)) {
            return CompletableFuture.completedFuture(true);
        }
        return wrapping.open(wrapped, place(subject)) instanceof Sealer.Plain(byte[] secret)
                ? sealAnew(subject, wrapped, secret)
                : CompletableFuture.completedFuture(false);
    }

    private CompletionStage<Boolean> sealAnew(String subject, byte[] wrapped, byte[] secret) {
        byte[] anew = wrapping.seal(secret, place(subject));
        return store.call(commands -> SEAL_ANEW.run(commands, key(subject), wrapped, anew))
                .thenApply(_ -> true);
    }

    private byte[] lifetime() {
        return Long.toString(settings.lifetime.toMillis()).getBytes(US_ASCII);
    }

    private static String place(String subject) {
        return "datakey/" + subject;
    }

    private static byte[] key(String subject) {
        return ("tidemark:datakey:{" + subject + '}').getBytes(US_ASCII);
    }
}
