package io.tidemark.gateway.store;

import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.lettuce.core.SetArgs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored responses in the region's Redis, for all its gateways. Failures are counted and answered as "nothing there".
 *
 * <p>For each {@link CacheKey}, in one slot of a cluster: {@code tidemark:{hash}:response} with the response as a
 * {@link StoredResponseCodec} record, {@code tidemark:{hash}:response:<variant>} with each further variant, and
 * {@code tidemark:{hash}:refresh}, which whoever refreshes the response holds meanwhile. So one read brings a response that
 * does not vary, or whose first variant it is; a second one any other variant. The end of a refresh is published on a channel
 * of the flag's name.
 */
public final class SharedStore implements RegionStore {
    private static final Logger log = LoggerFactory.getLogger(SharedStore.class);
    private static final CompletionStage<Boolean> YES = CompletableFuture.completedFuture(true);
    private static final HexFormat HEX = HexFormat.of();

    private final RedisLink redis;
    private final TagIndex index;
    private final @Nullable PersonalRecords personal;
    private final Counter unreadable;
    private final Counter failures;

    /** One that keeps nothing of single users. */
    public SharedStore(RedisLink redis, TagIndex index, MeterRegistry metrics) {
        this(redis, index, null, metrics);
    }

    /** @param personal how responses of one user are kept; null: not at all */
    public SharedStore(RedisLink redis, TagIndex index, @Nullable PersonalRecords personal, MeterRegistry metrics) {
        this.personal = personal;
        this.redis = redis;
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(redis.breakers()).bindTo(metrics);
        this.index = index;
        this.unreadable = Counter.builder("tidemark.shared.unreadable")
                .description("records of the shared store that were damaged or of another version, deleted")
                .register(metrics);
        this.failures = Counter.builder("tidemark.shared.failures")
                .description("calls to the shared store that failed or took longer than their budget")
                .register(metrics);
    }

    /** The stored responses that may be for this request, unchecked; none if Redis does not answer in time. */
    @Override
    public CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request) {
        return find(key, request, Span.NONE);
    }

    @Override
    public CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request, Span span) {
        if (key.isPersonal() && personal == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        String name = responseKey(key);
        return read(name, key, span).thenCompose(first -> {
            if (first == null) {
                return CompletableFuture.completedFuture(List.of());
            }
            if (first.variant().fields().isEmpty() || first.variant().matches(request.headers())) {
                return CompletableFuture.completedFuture(List.of(first));
            }
            Headers vary = Headers.of("Vary", String.join(",", first.variant().fields()));
            return read(variantKey(name, Variant.of(vary, request.headers())), key, span)
                    .thenApply(second -> second == null ? List.of(first) : List.of(first, second));
        });
    }

    private CompletionStage<@Nullable StoredResponse> read(String name, CacheKey key, Span span) {
        CompletionStage<byte @Nullable []> lying = redis.<byte @Nullable []>call(commands -> commands.get(ascii(name)));
        PersonalRecords sealed = key.isPersonal() ? personal : null;
        CompletionStage<byte @Nullable []> record = sealed == null
                ? lying
                : lying.thenCompose(found ->
                        found == null ? CompletableFuture.completedFuture(null) : sealed.open(found, responseKey(key)));
        return record.handle((found, failure) -> {
            if (failure != null) {
                failed("read", key, failure);
                span.failed(failure.getClass().getSimpleName());
                return null;
            }
            return found == null ? null : decode(found, name, key, span);
        });
    }

    private @Nullable StoredResponse decode(byte[] record, String name, CacheKey key, Span span) {
        try {
            return StoredResponseCodec.decode(record);
        } catch (StoredResponseCodec.UnreadableException damaged) {
            unreadable.increment();
            span.failed("corrupt").keep("corrupt");
            log.warn("the stored response of {} in Redis cannot be read and is deleted: {}", key, damaged.getMessage());
            var _ = redis.<Long>call(commands -> commands.del(ascii(name)));
            return null;
        }
    }

    /** Stores a response in place of the same variant, unless that was filled at a later position. */
    @Override
    public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
        byte[] record = StoredResponseCodec.encode(response);
        if (!key.isPersonal()) {
            return store(key, response, record, keep);
        }
        if (personal == null) {
            return CompletableFuture.completedFuture(false);
        }
        return storePersonal(personal, key, response, record, keep).exceptionally(failure -> {
            failed("write", key, failure);
            return false;
        });
    }

    /** Entered in the index before it is there, and looked for once more when it is: so an erasure meanwhile misses nothing. */
    private CompletionStage<Boolean> storePersonal(
            PersonalRecords records, CacheKey key, StoredResponse response, byte[] record, Duration keep) {
        String[] names = names(key, response.variant());
        Supplier<CompletionStage<Boolean>> enter =
                () -> records.index().enter(key.user(), names, response.filledAt(), keep);
        CompletionStage<byte[]> sealing = records.seal(record, names[0], key.user());
        return sealing.thenCombine(enter.get(), (lying, entered) -> entered ? lying : new byte[0])
                .thenCompose(lying -> lying.length == 0
                        ? CompletableFuture.completedFuture(false)
                        : store(key, response, lying, keep)
                                .thenCompose(stored -> stored
                                        ? enter.get().thenCompose(stands -> stands ? YES : removeErased(names))
                                        : CompletableFuture.completedFuture(false)));
    }

    private CompletionStage<Boolean> removeErased(String[] names) {
        return redis.<Long>call(commands -> commands.unlink(ascii(names[0])))
                .thenCombine(redis.<Long>call(commands -> commands.unlink(ascii(names[1]))), (_, _) -> false);
    }

    private static String[] names(CacheKey key, Variant variant) {
        return new String[] {responseKey(key), variantKey(responseKey(key), variant)};
    }

    private CompletionStage<Boolean> store(CacheKey key, StoredResponse response, byte[] lying, Duration keep) {
        String[] names = names(key, response.variant());
        byte[][] keys = {ascii(names[0]), ascii(names[1])};
        byte[][] values = {lying, ascii(Long.toString(Math.max(1, keep.toMillis())))};
        return redis.<Long>call(commands -> SharedStoreScripts.STORE.run(commands, keys, values))
                .handle((stored, failure) -> {
                    if (failure != null) {
                        failed("write", key, failure);
                        return false;
                    }
                    redis.taken();
                    if (stored > 0 && !key.isPersonal()) { // tags and paths may name a user
                        index.add(names[(int) (stored - 1)], response.subject(), keep)
                                .subscribe();
                    }
                    return stored > 0;
                });
    }

    @Override
    public CompletionStage<Boolean> remove(CacheKey key, Variant variant) {
        String name = responseKey(key);
        byte[][] keys = {ascii(name), ascii(variantKey(name, variant))};
        return redis.<Long>call(commands -> SharedStoreScripts.REMOVE.run(commands, keys, VariantDigest.of(variant)))
                .handle((_, failure) -> {
                    if (failure != null) {
                        failed("delete", key, failure);
                    }
                    return failure == null;
                });
    }

    /**
     * Takes the refresh flag of a key for this long: true for one caller of the region. True as well when Redis does not
     * answer: each gateway then asks the origin for itself.
     *
     * @param owner another one for each caller
     */
    @Override
    public CompletionStage<Boolean> takeRefresh(CacheKey key, String owner, Duration lease) {
        return redis.<@Nullable String>call(commands -> commands.set(
                        refreshKey(key), ascii(owner), SetArgs.Builder.nx().px(lease)))
                .handle((taken, failure) -> failure != null || taken != null);
    }

    /** Holds the refresh flag for so much longer from now, if it is still this owner's. */
    @Override
    public void extendRefresh(CacheKey key, String owner, Duration lease) {
        byte[][] keys = {refreshKey(key)};
        var _ = redis.<Long>call(commands ->
                SharedStoreScripts.EXTEND.run(commands, keys, ascii(owner), ascii(Long.toString(lease.toMillis()))));
    }

    /** Gives the refresh flag back before its lease is over, if it is still this owner's. */
    @Override
    public void releaseRefresh(CacheKey key, String owner) {
        releaseRefresh(key, owner, false);
    }

    @Override
    public void releaseRefresh(CacheKey key, String owner, boolean stored) {
        byte[][] keys = {refreshKey(key)};
        byte[] notice = ascii(stored ? RefreshNotices.STORED : RefreshNotices.NOT_STORED);
        var _ = redis.<Long>call(commands -> SharedStoreScripts.RELEASE.run(commands, keys, ascii(owner), notice));
    }

    @Override
    public Listening onRefreshEnd(CacheKey key, Consumer<Boolean> onEnd) {
        return redis.notices().listen(new String(refreshKey(key), StandardCharsets.US_ASCII), onEnd);
    }

    /** Whether somebody holds the refresh flag; false when Redis does not answer. */
    @Override
    public CompletionStage<Boolean> isRefreshing(CacheKey key) {
        return redis.<Long>call(commands -> commands.exists(refreshKey(key)))
                .handle((count, failure) -> failure == null && count > 0);
    }

    @Override
    public boolean isUp() {
        return redis.isUp();
    }

    /** The name of the key's response in Redis. */
    public static String responseKey(CacheKey key) {
        return "tidemark:{" + HEX.formatHex(VariantDigest.of(key.text())) + "}:response";
    }

    private static String variantKey(String responseKey, Variant variant) {
        return responseKey + ':' + HEX.formatHex(VariantDigest.of(variant));
    }

    private static byte[] refreshKey(CacheKey key) {
        return ascii("tidemark:{" + HEX.formatHex(VariantDigest.of(key.text())) + "}:refresh");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void failed(String what, CacheKey key, Throwable failure) {
        failures.increment();
        redis.failed(failure);
        log.debug("shared store: {} of {} failed: {}", what, key, failure.toString());
    }
}
