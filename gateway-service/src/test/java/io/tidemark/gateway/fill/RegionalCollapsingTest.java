package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.fill.RequestCollapser.Filled;
import io.tidemark.gateway.fill.RequestCollapser.Scope;
import io.tidemark.gateway.store.RegionStore;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Who waits for whom across the region. */
class RegionalCollapsingTest extends CollapserScenarios {
    private final Region region = new Region();
    private final RequestCollapser gateway = collapser(new TieredStore(local, region), Schedulers.parallel());

    /** Another gateway's flag is taken by whoever comes right after it was given back. */
    @Test
    void what_was_stored_between_the_look_at_the_region_and_the_taking_of_its_flag_is_not_asked_for_again() {
        region.storedBeforeItIsTaken = stored(new Position("test", -1), "max-age=60");
        List<Filled> answered = new ArrayList<>();
        gateway.fill(request(MISS), Scope.REGION).subscribe(answered::add);

        assertThat(origins.calls).isEmpty();
        assertThat(answered).extracting(Filled::outcome).containsExactly(new FillOutcome.Elsewhere(false));
        assertThat(local.find(KEY)).as("who asked finds it here").hasSize(1);
        assertThat(region.owner).as("the flag is free again").isNull();
        assertThat(gateway.size()).isZero();
    }

    @Test
    void what_is_no_longer_fresh_there_is_asked_for() {
        region.storedBeforeItIsTaken = stored(new Position("test", -1), "max-age=1");
        gateway.fill(request(MISS), Scope.REGION).subscribe(_ -> {});
        assertThat(origins.calls).hasSize(1);
        assertThat(region.owner).isNotNull();
    }

    @Test
    void a_refresh_behind_is_not_made_of_what_another_has_refreshed_before_the_flag_was_taken() {
        region.storedBeforeItIsTaken = stored(new Position("test", -1), "max-age=60");
        Revalidator revalidator = new Revalidator(
                gateway, new TieredStore(local, region), InstantSource.fixed(NOW), Schedulers.parallel(), "test");
        assertThat(revalidator.refreshBehind(request(MISS), found -> !found.isEmpty()))
                .isTrue();
        assertThat(origins.calls).isEmpty();
        assertThat(region.owner).isNull();
        assertThat(revalidator.isBusy(KEY)).isFalse();
    }

    /** A region in which another gateway stores and gives the flag back right before it is taken here. */
    private static final class Region implements RegionStore {
        private @Nullable StoredResponse storedBeforeItIsTaken;
        private @Nullable StoredResponse stored;
        private @Nullable String owner;

        @Override
        public CompletionStage<Boolean> takeRefresh(CacheKey key, String taker, Duration lease) {
            stored = storedBeforeItIsTaken;
            owner = taker;
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<List<StoredResponse>> find(CacheKey key, PresentedRequest request) {
            return CompletableFuture.completedFuture(stored == null ? List.of() : List.of(stored));
        }

        @Override
        public void releaseRefresh(CacheKey key, String holder) {
            assertThat(holder).isEqualTo(owner);
            owner = null;
        }

        @Override
        public CompletionStage<Boolean> store(CacheKey key, StoredResponse response, Duration keep) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Boolean> remove(CacheKey key, Variant variant) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void extendRefresh(CacheKey key, String holder, Duration lease) {}

        @Override
        public CompletionStage<Boolean> isRefreshing(CacheKey key) {
            return CompletableFuture.completedFuture(owner != null);
        }

        @Override
        public boolean isUp() {
            return true;
        }
    }
}
