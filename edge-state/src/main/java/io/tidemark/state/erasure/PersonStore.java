package io.tidemark.state.erasure;

import io.tidemark.contracts.Position;
import java.util.concurrent.CompletionStage;

/**
 * A store that keeps what belongs to persons, under names that stand for them ({@link io.tidemark.state.keys.UserNames}). Each call
 * fails if the store does not answer; to erase again is safe.
 */
public interface PersonStore {
    /** As receipts name it: {@code sessions}, {@code responses}, {@code keys}. */
    String name();

    /**
     * Erases what there is of a person, so that nothing that was asked for before brings it back: how much that was.
     *
     * @param position of the erasure in the purge log
     */
    CompletionStage<Long> erase(String person, Position position);

    /** How much there is of a person. */
    CompletionStage<Long> left(String person);
}
