package io.tidemark.simulation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How often each kind of event happened. Not thread-safe; those of several worlds are added up. */
final class Tally {
    /** What a schedule must be made of, and what must have come of it in some schedules. */
    enum Kind {
        // what the schedule does
        WRITE,
        WRITE_THAT_DELETES,
        PURGE,
        PURGE_WITHOUT_CHANGE,
        PURGE_OF_OTHERS,
        SOFT_PURGE,
        CUT,
        MUTE,
        DEAFEN,
        FALL_BEHIND,
        PAUSE,
        CRASH,
        SERVICE_RESTART,
        SERVICE_STALL,
        SERVICE_LAG,
        REGION_FORGETS,
        // calls to the origin
        FILL_START,
        FILL_END,
        FILL_BROKEN_OFF,
        REFRESH,
        NOT_MODIFIED,
        ORIGIN_ERROR,
        NEGATIVE_ANSWER,
        PARTIAL_ANSWER,
        UNCACHEABLE_ANSWER,
        // the region's store
        SHARED_FOUND,
        SHARED_WRITE_AFTER_CRASH,
        SHARED_FAILURE,
        FLAG_REFUSED,
        // the protocol
        HEARTBEAT_LOST,
        FENCED,
        REJOINED,
        LEFT_OUT,
        RECEIPT_COMPLETE,
        // reads
        READ,
        READ_JUDGED,
        READ_AFTER_RECEIPT,
        READ_WHILE_CUT_OFF,
        READ_UNANSWERED,
        READ_YOUR_WRITES,
        HIT,
        STALE,
        MISS,
        REVALIDATED,
        COLLAPSED,
        NEGATIVE_HIT,
        ERROR_ANSWER;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    void count(Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
    }

    long of(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }
}
