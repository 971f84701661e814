package io.tidemark.gateway.purge;

import io.tidemark.gateway.cache.Trust;
import java.util.Locale;

/** How this gateway stands to the purge log at this moment. */
public enum Standing {
    /** The ledger has every purge whose receipt could be complete: its verdicts hold. */
    CURRENT,
    /** Cut off from the purge log, or back but not yet caught up: a stored response must be confirmed by the origin. */
    CUT_OFF,
    /** Started and not yet caught up with the log for the first time: the same, and not ready for requests. */
    REPLAYING;

    /** Whether verdicts may be believed. */
    public Trust trust() {
        return this == CURRENT ? Trust.TRUSTED : Trust.CONFIRM_EACH_USE;
    }

    /** The name in metrics and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
