package io.tidemark.invalidation.receipts;

/**
 * "The watermarks, up to their end as of some moment": the caller asks for that end later than {@link Receipts#question}
 * handed the barrier out, and sets it. Asking again after a failure is safe: a later end only waits longer.
 */
public final class Barrier {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private long end = UNKNOWN;

    /**
     * Sets where it lies.
     *
     * @param end the offset after the last watermark
     */
    public void liesAt(long end) {
        this.end = end;
    }

    boolean isPassedBy(long readUpTo) {
        return readUpTo >= end;
    }
}
