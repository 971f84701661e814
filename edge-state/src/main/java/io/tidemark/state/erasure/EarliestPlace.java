package io.tidemark.state.erasure;

import io.tidemark.contracts.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The place of what lies in several Redis: that of the one which is furthest behind, for an older copy of any may be put back. */
public final class EarliestPlace implements PersonErasure.Place {
    private final List<PersonErasure.Place> places;

    /** @param places one for each of them, at least one */
    public EarliestPlace(List<PersonErasure.Place> places) {
        this.places = List.copyOf(places);
    }

    @Override
    public CompletionStage<@Nullable Position> get() {
        CompletionStage<@Nullable Position> earliest = places.getFirst().get();
        for (PersonErasure.Place place : places.subList(1, places.size())) {
            earliest = earliest.thenCombine(place.get(), EarliestPlace::earlier);
        }
        return earliest;
    }

    /** Of places in different logs neither is known to be the earlier one. */
    private static @Nullable Position earlier(@Nullable Position one, @Nullable Position other) {
        if (one == null || other == null || !one.epoch().equals(other.epoch())) {
            return null;
        }
        return one.offset() <= other.offset() ? one : other;
    }

    @Override
    public CompletionStage<?> set(Position position) {
        return CompletableFuture.allOf(places.stream()
                .map(place -> place.set(position).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
