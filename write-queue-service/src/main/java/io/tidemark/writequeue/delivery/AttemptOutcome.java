package io.tidemark.writequeue.delivery;

import java.time.Duration;
import java.util.Optional;

/** What came of one call of the origin. */
sealed interface AttemptOutcome {
    /**
     * The origin answered.
     *
     * @param retryAfter from its {@code Retry-After}
     * @param groups from its {@code Cache-Group-Invalidation}
     * @param body its beginning, if that is kept
     */
    record Answered(int status, Optional<Duration> retryAfter, CacheGroups groups, Optional<String> body)
            implements AttemptOutcome {}

    /**
     * No whole answer came.
     *
     * @param error what happened instead, for people
     */
    record Unanswered(String error) implements AttemptOutcome {}

    /** Whether it speaks for the origin being down, rather than for something being wrong with the write. */
    default boolean countsAgainstTheOrigin() {
        return switch (this) {
            case Answered answered -> answered.status() >= 500;
            case Unanswered _ -> true;
        };
    }

    /** Whether the write may have taken effect all the same. */
    default boolean mayHaveTakenEffect() {
        return switch (this) {
            case Answered answered -> answered.status() >= 500 || answered.status() < 300 || answered.status() == 408;
            case Unanswered _ -> true;
        };
    }
}
