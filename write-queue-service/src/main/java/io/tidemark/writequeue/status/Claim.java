package io.tidemark.writequeue.status;

import java.util.Locale;

/** What came of claiming a write id for acceptance. */
public enum Claim {
    /** It is the caller's to append to the log, until its lease runs out. */
    CLAIMED,
    /** The same request was accepted before. */
    REPLAY,
    /** The same request is being accepted right now. */
    IN_PROGRESS,
    /** The same idempotency key was used for another request. */
    OTHER_REQUEST,
    /** The queue has reached the type's depth limit. Nothing was stored. */
    FULL,
    /** The client has as many unfinished writes as it may have. Nothing was stored. */
    CLIENT_WAITS,
    /** The client's dead letters take as much as they may. Nothing was stored. */
    CLIENT_LETTERS,
    /** All dead letters take as much as they may. Nothing was stored. */
    ALL_LETTERS;

    static Claim labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
