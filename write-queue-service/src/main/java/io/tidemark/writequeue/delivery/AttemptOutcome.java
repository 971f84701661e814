package io.tidemark.writequeue.delivery;

import io.tidemark.commons.origins.ConnectFailure;
import io.tidemark.writequeue.status.Attempt;
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

    /** There was no connection, so that the origin has surely not seen the write. */
    record Unsent(ConnectFailure why, String error) implements AttemptOutcome {
        private static final String NOT_SENT = "not sent, ";

        /** For people: what an {@link Attempt} remembers of it, and is known by. */
        String text() {
            return NOT_SENT + why.label() + ": " + error;
        }

        /** Whether an attempt was none, for want of a connection. */
        static boolean was(Attempt attempt) {
            return attempt.error() != null && attempt.error().startsWith(NOT_SENT);
        }
    }

    /** Whether it speaks for the origin being down, rather than for something being wrong with the write. */
    default boolean countsAgainstTheOrigin() {
        return switch (this) {
            case Answered answered -> answered.status() >= 500;
            case Unanswered _, Unsent _ -> true;
        };
    }

    /** Whether the write may have taken effect all the same. */
    default boolean mayHaveTakenEffect() {
        return switch (this) {
            case Answered answered -> answered.status() >= 500 || answered.status() < 300 || answered.status() == 408;
            case Unanswered _ -> true;
            case Unsent _ -> false;
        };
    }
}
