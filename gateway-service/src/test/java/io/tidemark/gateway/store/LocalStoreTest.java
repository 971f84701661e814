package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalStoreTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicLong nanos = new AtomicLong();
    private final LocalStore store = new LocalStore(1 << 20, 3, nanos::get);

    /** Another object at each call, as with requests. */
    private static CacheKey key() {
        return new CacheKey("products", "http", "shop.example", "/products/1", null, "");
    }

    private static StoredResponse response(String language, long filledAt, Instant received) {
        return new StoredResponse(
                new ResponseHead(200, Headers.of("Content-Language", language), received, received),
                new Variant(List.of("accept-language"), List.of(language)),
                StoredBody.complete(language.getBytes(StandardCharsets.UTF_8)),
                new Position("epoch", filledAt),
                new PurgeSubject(List.of("shop.example"), "/products/1", null, Set.of("product:1")));
    }

    private boolean store(String language, long filledAt, Duration keep) {
        return store.store(key(), response(language, filledAt, THEN), keep);
    }

    private List<String> found() {
        return store.find(key()).stream()
                .map(entry -> entry.response().headers().first("Content-Language")
                        + '@'
                        + entry.response().filledAt().offset())
                .toList();
    }

    @Test
    void variantsOfAKeyAreFoundTheLatestFirst() {
        store("de", 1, HOUR);
        store("fr", 2, HOUR);

        assertThat(found()).containsExactly("fr@2", "de@1");
        assertThat(store.find(new CacheKey("products", "http", "shop.example", "/products/2", null, "")))
                .isEmpty();
    }

    @Test
    void ofTooManyVariantsTheOneThatWasFilledFirstLeaves() {
        for (String language : List.of("de", "fr", "it", "rm")) {
            store(language, 1, HOUR);
        }

        assertThat(found()).containsExactly("rm@1", "it@1", "fr@1");
    }

    @Test
    void aVariantIsReplacedByWhatWasNotFilledBefore() {
        store("de", 2, HOUR);

        assertThat(store("de", 1, HOUR)).isFalse();
        assertThat(found()).containsExactly("de@2");
        assertThat(store("de", 3, HOUR)).isTrue();
        assertThat(found()).containsExactly("de@3");
    }

    @Test
    void atOnePositionTheOneThatWasReceivedLaterStays() {
        store.store(key(), response("de", 1, THEN.plusMillis(1)), HOUR);

        assertThat(store.store(key(), response("de", 1, THEN), HOUR)).isFalse();
        assertThat(store.store(key(), response("de", 1, THEN.plusMillis(2)), HOUR))
                .isTrue();
    }

    @Test
    void oneVariantIsRemovedAndTheLastOneTakesTheKeyWithIt() {
        store("de", 1, HOUR);
        store("fr", 1, HOUR);

        store.remove(key(), new Variant(List.of("accept-language"), List.of("fr")));
        assertThat(found()).containsExactly("de@1");
        store.remove(key(), new Variant(List.of("accept-language"), List.of("de")));
        assertThat(store.size()).isZero();
    }

    @Test
    void variantsAreKeptAsLongAsTheOneThatIsKeptTheLongest() {
        store("de", 1, Duration.ofSeconds(10));
        store("fr", 1, Duration.ofSeconds(100));
        store("it", 1, Duration.ofSeconds(10));

        nanos.addAndGet(Duration.ofSeconds(99).toNanos());
        assertThat(found()).containsExactly("it@1", "fr@1", "de@1");
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(found()).isEmpty();
    }

    @Test
    void nothingIsKeptForLessThanItsTime() {
        store("de", 1, Duration.ofMillis(1_500));

        nanos.addAndGet(Duration.ofMillis(1_400).toNanos());
        assertThat(found()).containsExactly("de@1");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(found()).isEmpty();
    }

    @Test
    void whatIsToBeKeptForAgesIsKeptForTenYears() {
        store("de", 1, Duration.ofSeconds(Long.MAX_VALUE));

        nanos.addAndGet(Duration.ofDays(3649).toNanos());
        assertThat(found()).containsExactly("de@1");
    }
}
