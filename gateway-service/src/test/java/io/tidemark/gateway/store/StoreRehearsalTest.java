package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.store.StoreRehearsal.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class StoreRehearsalTest {
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Store store = new Store();
    private final StoreRehearsal rehearsal = new StoreRehearsal(store, timer, Duration.ofSeconds(5), "eu-1");

    /** Answers at once, or as if Redis did not answer in time. */
    private static final class Store implements RegionStore {
        private boolean answers = true;
        private int rounds;
        private int held;
        private @Nullable StoredResponse stored;

        @Override
        public CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request) {
            StoredResponse found = stored;
            return CompletableFuture.completedFuture(answers && found != null ? List.of(found) : List.of());
        }

        @Override
        public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
            rounds++;
            assertThat(keep).isLessThanOrEqualTo(Duration.ofSeconds(5));
            stored = response;
            return CompletableFuture.completedFuture(answers);
        }

        @Override
        public CompletionStage<Boolean> remove(CacheKey key, Variant variant) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Boolean> takeRefresh(CacheKey key, String owner, Duration lease) {
            held++;
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void extendRefresh(CacheKey key, String owner, Duration lease) {}

        @Override
        public void releaseRefresh(CacheKey key, String owner) {
            held--;
        }

        @Override
        public CompletionStage<Boolean> isRefreshing(CacheKey key) {
            return CompletableFuture.completedFuture(held > 0);
        }

        @Override
        public boolean isUp() {
            return answers;
        }
    }

    private void pass(Duration time) {
        timer.advanceTimeBy(time);
    }

    @Test
    void itIsOverWhenEnoughRoundsWentWell() {
        rehearsal.begin();
        assertThat(rehearsal.outcome()).isEqualTo(Outcome.UNDER_WAY);
        pass(StoreRehearsal.PAUSE.multipliedBy(StoreRehearsal.ENOUGH));
        assertThat(rehearsal.outcome()).isEqualTo(Outcome.DONE);
        assertThat(store.held).isZero();
    }

    @Test
    void roundsThatWentWellCountOnlyInARow() {
        rehearsal.begin();
        pass(StoreRehearsal.PAUSE.multipliedBy(StoreRehearsal.ENOUGH - 2));
        store.answers = false;
        pass(StoreRehearsal.PAUSE);
        store.answers = true;
        pass(StoreRehearsal.PAUSE.multipliedBy(StoreRehearsal.ENOUGH - 1));
        assertThat(rehearsal.outcome()).isEqualTo(Outcome.UNDER_WAY);
        pass(StoreRehearsal.PAUSE);
        assertThat(rehearsal.outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aStoreThatIsDownHoldsNobodyBackForLongerThanTheLimit() {
        store.answers = false;
        rehearsal.begin();
        pass(Duration.ofMillis(4999));
        assertThat(rehearsal.outcome()).isEqualTo(Outcome.UNDER_WAY);
        pass(Duration.ofMillis(1));
        assertThat(rehearsal.outcome()).isEqualTo(Outcome.GIVEN_UP);
        int rounds = store.rounds;
        pass(Duration.ofSeconds(5));
        assertThat(store.rounds).isEqualTo(rounds);
    }
}
