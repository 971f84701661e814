package io.tidemark.gateway.store;

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
import java.util.stream.Collectors;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** No variant is lost beside another, and none is replaced by what was filled before it. */
public final class LocalStoreRaces {
    private static final CacheKey KEY = new CacheKey("products", "http", "shop.example", "/products/1", null, "");
    private static final StoredResponse DE_1 = response("de", 1);
    private static final StoredResponse DE_2 = response("de", 2);
    private static final StoredResponse FR_1 = response("fr", 1);

    private LocalStoreRaces() {}

    private static StoredResponse response(String language, long filledAt) {
        return new StoredResponse(
                new ResponseHead(200, Headers.of("Content-Language", language), Instant.EPOCH, Instant.EPOCH),
                new Variant(List.of("accept-language"), List.of(language)),
                StoredBody.complete(new byte[0]),
                new Position("epoch", filledAt),
                new PurgeSubject(List.of("shop.example"), "/products/1", null, Set.of()));
    }

    abstract static class OneKey {
        final LocalStore store = new LocalStore(1 << 20, 3, () -> 0);

        final void store(StoredResponse response) {
            store.store(KEY, response, Duration.ofHours(1));
        }

        final String found() {
            return store.find(KEY).stream()
                    .map(LocalEntry::response)
                    .map(each -> each.headers().first("Content-Language")
                            + each.filledAt().offset())
                    .sorted()
                    .collect(Collectors.joining(" "));
        }
    }

    @JCStressTest
    @Outcome(id = "de1 fr1", expect = Expect.ACCEPTABLE, desc = "both")
    @State
    public static class StoringMeetsAnotherVariant extends OneKey {
        @Actor
        public void store() {
            store(DE_1);
        }

        @Actor
        public void storeToo() {
            store(FR_1);
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = found();
        }
    }

    @JCStressTest
    @Outcome(id = "de2", expect = Expect.ACCEPTABLE, desc = "the later one")
    @State
    public static class StoringMeetsWhatIsLater extends OneKey {
        @Actor
        public void store() {
            store(DE_1);
        }

        @Actor
        public void storeLater() {
            store(DE_2);
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = found();
        }
    }

    @JCStressTest
    @Outcome(id = "fr1", expect = Expect.ACCEPTABLE, desc = "what was removed is gone, what was stored is there")
    @State
    public static class RemovingMeetsAnotherVariant extends OneKey {
        public RemovingMeetsAnotherVariant() {
            store(DE_1);
        }

        @Actor
        public void remove() {
            store.remove(KEY, DE_1.variant());
        }

        @Actor
        public void store() {
            store(FR_1);
        }

        @Arbiter
        public void after(L_Result result) {
            result.r1 = found();
        }
    }
}
