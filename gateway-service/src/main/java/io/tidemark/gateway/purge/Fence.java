package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether this gateway may trust its cache: only while it holds a lease, and only after it has caught up.
 *
 * <p>A heartbeat is a lease, counted from the <em>sending</em> of the last <em>acknowledged</em> one. Whoever was without
 * a lease at any moment, a start included, may have been left out of receipts meanwhile; so after its next acknowledged
 * heartbeat it asks for the end of the log, reads up to it, and only then trusts its cache again.
 *
 * <p>Thread-safe: reads are one volatile read; all that belongs together changes together. Times are of one monotonic
 * clock, in nanoseconds, as {@link System#nanoTime}.
 */
public final class Fence {
    /**
     * @param sentNanos when the last acknowledged heartbeat was sent; counts only if one was
     * @param term counts the losses of the lease
     * @param endAsked whether the end of the log was asked for in this term
     * @param replayTo the end of the log as of after the acknowledgement, null while it is not known
     */
    private record State(
            boolean acknowledged,
            long sentNanos,
            long term,
            boolean endAsked,
            @Nullable Position replayTo,
            boolean caughtUp,
            boolean everCaughtUp) {}

    private final long limitNanos;
    private volatile State state = new State(false, 0, 0, true, null, false, false);

    /** @param limit how long a lease holds; must be shorter than the lease that the invalidation service grants */
    public Fence(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /** Whether the cache may be trusted at this moment. */
    public Standing standing(long nowNanos) {
        State now = state;
        if (now.caughtUp && holds(now, nowNanos)) {
            return Standing.CURRENT;
        }
        return now.everCaughtUp ? Standing.CUT_OFF : Standing.REPLAYING;
    }

    /** A heartbeat was acknowledged. */
    public synchronized void acknowledged(long sentNanos, long nowNanos) {
        State now = state;
        if (holds(now, nowNanos)) {
            long latest = sentNanos - now.sentNanos > 0 ? sentNanos : now.sentNanos;
            state = new State(true, latest, now.term, now.endAsked, now.replayTo, now.caughtUp, now.everCaughtUp);
        } else {
            // in one step: the lease is back, and the cache not trusted
            state = new State(true, sentNanos, now.term + 1, false, null, false, now.everCaughtUp);
        }
    }

    /** The term in which somebody must ask for the end of the log, and report it by {@link #logEndsAt}; empty if none. */
    public OptionalLong wantsEnd() {
        State now = state;
        return now.endAsked ? OptionalLong.empty() : OptionalLong.of(now.term);
    }

    /**
     * The end of the log.
     *
     * @param term as of {@link #wantsEnd}, read before the end was asked for; a report for another term is ignored
     * @param last the last position in the log
     */
    public synchronized void logEndsAt(long term, Position last) {
        State now = state;
        if (term == now.term && !now.endAsked) {
            state = new State(now.acknowledged, now.sentNanos, now.term, true, last, false, now.everCaughtUp);
        }
    }

    /** The ledger has applied everything up to this position. */
    public void applied(Position watermark) {
        Position replayTo = state.replayTo;
        if (replayTo != null && watermark.isAtOrPast(replayTo)) {
            caughtUp(replayTo);
        }
    }

    /** The log was replaced by another one: an end that was asked for before means nothing. */
    public synchronized void epochChanged() {
        State now = state;
        if (now.acknowledged && !now.caughtUp) {
            state = new State(true, now.sentNanos, now.term + 1, false, null, false, now.everCaughtUp);
        }
    }

    /** How far the ledger must get before the cache is trusted; null if it is, or if the end is not known yet. */
    public @Nullable Position replayTo() {
        return state.replayTo;
    }

    private synchronized void caughtUp(Position reached) {
        State now = state;
        if (reached.equals(now.replayTo)) {
            state = new State(now.acknowledged, now.sentNanos, now.term, true, null, true, true);
        }
    }

    private boolean holds(State now, long nowNanos) {
        return now.acknowledged && nowNanos - now.sentNanos <= limitNanos;
    }
}
