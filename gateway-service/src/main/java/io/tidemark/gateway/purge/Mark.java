package io.tidemark.gateway.purge;

/** The offsets of the last hard and the last soft purge of something; {@link #NONE} where there was none. */
record Mark(long hard, long soft) {
    static final Mark UNMARKED = new Mark(Mark.NONE, Mark.NONE);
    static final long NONE = -1;

    static Mark at(long offset, boolean hard) {
        return hard ? new Mark(offset, NONE) : new Mark(NONE, offset);
    }

    Mark and(Mark other) {
        return new Mark(Math.max(hard, other.hard), Math.max(soft, other.soft));
    }

    long last() {
        return Math.max(hard, soft);
    }
}
