package io.tidemark.gateway.store;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored responses in the region's Redis, for all its gateways. Failures are counted and answered as "nothing there".
 *
 * <p>Two keys for each {@link CacheKey}, in one slot of a cluster: {@code tidemark:{hash}:response}, a hash with one field
 * for each variant and a {@link StoredResponseCodec} record as its value, and {@code tidemark:{hash}:refresh}, which whoever
 * refreshes the response holds meanwhile.
 */
public final class SharedStore {
    private static final Logger log = LoggerFactory.getLogger(SharedStore.class);
    private static final HexFormat HEX = HexFormat.of();

    /** Keeps a record of a later position of the same epoch, makes room for a new variant, lengthens the key's life. */
    private static final String STORE = """
            local present = redis.call('HGET', KEYS[1], ARGV[1])
            if present and #present > 16 and string.sub(present, 1, 3) == string.sub(ARGV[2], 1, 3) then
              local last = 16 + string.byte(present, 16)
              if string.sub(present, 16, last) == string.sub(ARGV[2], 16, last)
                  and string.sub(present, 8, 15) > string.sub(ARGV[2], 8, 15) then
                return 0
              end
            end
            if not present and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then
              redis.call('HDEL', KEYS[1], redis.call('HKEYS', KEYS[1])[1])
            end
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
              redis.call('PEXPIRE', KEYS[1], ARGV[3])
            end
            return 1
            """;

    private final RedisLink redis;
    private final int maxVariants;
    private final Counter unreadable;
    private final Counter failures;
    private final String storeDigest = HEX.formatHex(digest("SHA-1", STORE));

    public SharedStore(RedisLink redis, int maxVariants, MeterRegistry metrics) {
        this.redis = redis;
        this.maxVariants = maxVariants;
        this.unreadable = Counter.builder("tidemark.shared.unreadable")
                .description("records of the shared store that were damaged or of another version, deleted")
                .register(metrics);
        this.failures = Counter.builder("tidemark.shared.failures")
                .description("calls to the shared store that failed or took longer than their budget")
                .register(metrics);
    }

    /** The variants of a key; none if Redis does not answer in time. */
    public CompletionStage<List<StoredResponse>> find(CacheKey key) {
        byte[] name = responseKey(key);
        return redis.<Map<byte[], byte[]>>call(commands -> commands.hgetall(name)).handle((fields, failure) -> {
            if (failure != null) {
                failed("read", key, failure);
                return List.of();
            }
            List<StoredResponse> found = new ArrayList<>(fields.size());
            fields.forEach((field, record) -> {
                try {
                    found.add(StoredResponseCodec.decode(record));
                } catch (StoredResponseCodec.UnreadableException damaged) {
                    unreadable.increment();
                    log.warn("stored response of {} in Redis is unreadable and is deleted: {}", key, damaged.getMessage());
                    var _ = redis.call(commands -> commands.hdel(name, field));
                }
            });
            return found;
        });
    }

    /** Stores a response in place of the same variant, unless that was filled at a later position. */
    public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
        byte[][] keys = {responseKey(key)};
        byte[][] values = {
            field(response.variant()),
            StoredResponseCodec.encode(response),
            ascii(Long.toString(Math.max(1, keep.toMillis()))),
            ascii(Integer.toString(maxVariants))
        };
        return redis.<Long>call(commands -> evaluate(commands, keys, values)).handle((stored, failure) -> {
            if (failure != null) {
                failed("write", key, failure);
            }
            return failure == null && stored == 1;
        });
    }

    private CompletionStage<Long> evaluate(
            RedisScriptingAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[][] values) {
        return commands.<Long>evalsha(storeDigest, ScriptOutputType.INTEGER, keys, values)
                .exceptionallyCompose(failure -> failure.getMessage() != null
                                && failure.getMessage().contains("NOSCRIPT")
                        ? commands.eval(STORE, ScriptOutputType.INTEGER, keys, values)
                        : java.util.concurrent.CompletableFuture.failedFuture(failure));
    }

    /** Removes all variants of a key. */
    public CompletionStage<Boolean> remove(CacheKey key) {
        return redis.<Long>call(commands -> commands.del(responseKey(key))).handle((_, failure) -> {
            if (failure != null) {
                failed("delete", key, failure);
            }
            return failure == null;
        });
    }

    /**
     * Takes the refresh flag of a key for this long: true for one gateway of the region. True as well when Redis does not
     * answer: each gateway then refreshes for itself.
     */
    public CompletionStage<Boolean> takeRefresh(CacheKey key, String owner, Duration lease) {
        return redis.<String>call(commands -> commands.set(
                        refreshKey(key), ascii(owner), SetArgs.Builder.nx().px(lease)))
                .handle((taken, failure) -> failure != null || taken != null);
    }

    /** Gives the refresh flag back before its lease is over. */
    public void releaseRefresh(CacheKey key) {
        var _ = redis.<Long>call(commands -> commands.del(refreshKey(key)));
    }

    public boolean isUp() {
        return redis.isUp();
    }

    /** The name of the key's record in Redis. */
    public static byte[] responseKey(CacheKey key) {
        return ascii("tidemark:{" + hash(key) + "}:response");
    }

    private static byte[] refreshKey(CacheKey key) {
        return ascii("tidemark:{" + hash(key) + "}:refresh");
    }

    private static byte[] field(Variant variant) {
        return variant.fields().isEmpty() ? ascii("-") : ascii(shortDigest(variant.text()));
    }

    private static String hash(CacheKey key) {
        return shortDigest(key.text());
    }

    private static String shortDigest(String text) {
        return HEX.formatHex(digest("SHA-256", text), 0, 16);
    }

    private static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void failed(String what, CacheKey key, Throwable failure) {
        failures.increment();
        log.debug("shared store: {} of {} failed: {}", what, key, failure.toString());
    }
}
