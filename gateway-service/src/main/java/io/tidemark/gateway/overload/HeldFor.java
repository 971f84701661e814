package io.tidemark.gateway.overload;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What bytes are held for, and from which stage on no more of them are. */
public enum HeldFor {
    /** Bodies of origins that are being collected for the store. */
    STORING(OverloadStage.STORE_NOTHING),
    /** Requests under way that memory could not answer: what each takes by itself, however it waits. */
    REQUESTS(OverloadStage.SHED_NEWEST),
    /** Contents of requests that are collected before they are sent on. */
    CONTENTS(OverloadStage.SHED_NEWEST),
    /** Bodies of origins that are redacted, before anything of them is given away. */
    REDACTING(OverloadStage.SHED_NEWEST),
    /** Heads of requests that have not come whole: an eighth of the budget at most, beside all else. */
    HEADS(null),
    /** What clients were sent and have not read, and requests that wait behind it: never refused, for it is there already. */
    OUTPUT(null);

    private static final int HEADS_SHARE = 8;

    private final @Nullable OverloadStage refusedFrom;

    HeldFor(@Nullable OverloadStage refusedFrom) {
        this.refusedFrom = refusedFrom;
    }

    /** The most bytes that may be held after more of this: of all uses together, of heads alone. */
    long limit(long budget) {
        if (this == HEADS) {
            return budget / HEADS_SHARE;
        }
        return refusedFrom == null ? Long.MAX_VALUE : refusedFrom.from(budget);
    }

    /** As metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
