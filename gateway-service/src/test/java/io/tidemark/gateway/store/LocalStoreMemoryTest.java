package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

/** The bound of the local store against every byte that can be reached from it. */
class LocalStoreMemoryTest {
    private static final int BOUND = 1 << 20;

    @BeforeAll
    static void letTheMeasureLookIntoRecords() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    @ParameterizedTest(
            name = "a full store of bodies of {0} bytes with {1} more fields takes at most a tenth more than its bound")
    @CsvSource({"0, 0", "1024, 0", "1024, 20", "20000, 5"})
    void aFullStoreTakesAtMostATenthMoreThanItsBound(int bodyBytes, int moreFields) {
        LocalStore store = new LocalStore(BOUND, 32, Ticker.systemTicker());
        long empty = bytesReachableFrom(store);
        for (int i = 0; i < 2 * BOUND / (bodyBytes + 1000); i++) {
            store.store(key(i), response(i, bodyBytes, moreFields), Duration.ofHours(1));
        }

        long taken = bytesReachableFrom(store) - empty;

        assertThat(store.bytes()).isBetween(BOUND * 8L / 10, (long) BOUND);
        assertThat(taken)
                .as("%d responses, %d bytes each", store.size(), taken / store.size())
                .isBetween(BOUND * 7L / 10, BOUND * 11L / 10);
    }

    private static long bytesReachableFrom(LocalStore store) {
        return GraphLayout.parseInstance(store).totalSize();
    }

    private static CacheKey key(int i) {
        return new CacheKey("products", "http", own("shop.example"), "/api/products/" + i, null, "");
    }

    /** As from the wire: it shares no string with another. */
    private static StoredResponse response(int i, int bodyBytes, int moreFields) {
        Headers.Builder headers = Headers.builder()
                .add(own("Date"), own("Thu, 01 Jan 2026 00:00:00 GMT"))
                .add(own("Content-Type"), own("application/json"))
                .add(own("Content-Length"), own(Integer.toString(bodyBytes)))
                .add(own("Cache-Control"), own("max-age=60, stale-while-revalidate=300, stale-if-error=3600"))
                .add(own("ETag"), "\"v" + i + '"')
                .add(own("Cache-Groups"), "\"product:" + i + "\", \"products\"")
                .add(own("X-Data-Version"), own(Integer.toString(i)));
        for (int field = 0; field < moreFields; field++) {
            headers.add("X-More-" + field, "value " + i);
        }
        Instant then = Instant.ofEpochMilli(1_767_225_600_000L + i);
        return new StoredResponse(
                new ResponseHead(200, headers.build(), then, then),
                Variant.ONLY,
                StoredBody.complete(new byte[bodyBytes]),
                new Position(own("Zm9yIHRoZSBiZW5jaG1hcms"), i),
                new PurgeSubject(
                        List.of(own("shop.example"), own("origin")),
                        "/api/products/" + i,
                        null,
                        Set.of("product:" + i, own("products"))));
    }

    private static String own(String text) {
        return String.valueOf(text.toCharArray());
    }
}
