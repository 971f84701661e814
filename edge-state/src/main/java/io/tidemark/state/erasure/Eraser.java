package io.tidemark.state.erasure;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Erases what purges ask for. Blocks; for the thread of one {@link EraserLoop}. */
public interface Eraser {
    /** A purge and its place in the log. */
    record Logged(Purge purge, Position position) {}

    /**
     * Erases.
     *
     * @return what is to be reported; nothing of a purge that does not concern it
     * @throws RuntimeException if something cannot be erased now; erasing all again is safe
     */
    List<Erasure> erase(List<Logged> purges);

    /** Whether it keeps its place in the log itself; where not, the consumer group does. */
    default boolean keepsPlace() {
        return false;
    }

    /** Up to where all is erased; null if that is not known. */
    default @Nullable Position place() {
        return null;
    }

    /** All is erased up to there. */
    default void place(Position position) {}
}
