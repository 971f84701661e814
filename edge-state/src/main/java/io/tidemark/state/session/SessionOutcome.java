package io.tidemark.state.session;

import io.tidemark.state.token.TokenFault;
import org.jspecify.annotations.Nullable;

/** What became of something that was asked of a session. */
public sealed interface SessionOutcome {
    /** There is no such session, any more. */
    record Gone(TokenFault fault) implements SessionOutcome {}

    /** It is there. */
    record Found(Session session) implements SessionOutcome {}

    /** It was ended by this. */
    record Ended() implements SessionOutcome {}

    /** The entry is there. */
    record EntryFound(Entry entry) implements SessionOutcome {}

    /** The entry was so when it was read lately; the store does not answer now. */
    record RecentEntry(Entry entry) implements SessionOutcome {}

    /** There is no entry of that name. */
    record NoEntry() implements SessionOutcome {}

    /**
     * The entry was written.
     *
     * @param version what it has now
     * @param isNew whether there was none before
     */
    record Written(String version, boolean isNew) implements SessionOutcome {}

    /** The entry was deleted. */
    record Deleted() implements SessionOutcome {}

    /**
     * The precondition does not hold; nothing was written.
     *
     * @param current the version that the entry has, null if there is none
     */
    record NotAsExpected(@Nullable String current) implements SessionOutcome {}

    /** The session has as many entries as it may; nothing was written. */
    record Full() implements SessionOutcome {}
}
