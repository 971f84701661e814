package io.tidemark.writequeue.status;

import java.time.Duration;
import java.util.List;

/** Whether an attempt may be made now for a record of the write log. */
public sealed interface BeginVerdict {
    /**
     * Yes; the write is delivering from now on.
     *
     * @param attemptsMade in this round, before
     * @param history of all rounds
     */
    record Deliver(int attemptsMade, List<Attempt> history) implements BeginVerdict {}

    /** Not yet, but after this time: an earlier attempt, perhaps of another instance, has set it. */
    record NotYet(Duration time) implements BeginVerdict {}

    /** Not yet: a dead letter holds its ordering key. */
    record Held() implements BeginVerdict {}

    /** Not yet: Redis was emptied, and its dead letters are not back. */
    record Incomplete() implements BeginVerdict {}

    /** Never: the write has ended, was refused, or a later record of it stands for it. */
    record Skip() implements BeginVerdict {}
}
