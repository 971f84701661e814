package io.tidemark.gateway.overload;

import java.util.Locale;

/** How full the budget is, and what is given up then: of two things the one that others miss less. */
public enum OverloadStage {
    /** There is room for everything. */
    NORMAL(0, 0, 2),
    /** Bodies are passed through and no longer collected, and who passes on runs no longer ahead of its readers. */
    STORE_NOTHING(1, 1, 2),
    /** No request waits for another's call any more. */
    JOIN_NOTHING(2, 5, 8),
    /** Requests that memory cannot answer are refused, and who does not read what was sent is let go sooner. */
    SHED_NEWEST(3, 3, 4),
    /** Connections are refused. */
    REFUSE(4, 7, 8);

    private final int level;
    private final int share;
    private final int of;

    OverloadStage(int level, int share, int of) {
        this.level = level;
        this.share = share;
        this.of = of;
    }

    /** From how many bytes on it is this stage. */
    long from(long budget) {
        return budget / of * share;
    }

    public boolean isAtLeast(OverloadStage other) {
        return compareTo(other) >= 0;
    }

    /** The stage as a gauge shows it: the higher, the less room there is. */
    int level() {
        return level;
    }

    /** The stage as metrics and pages show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
