package io.tidemark.gateway.upload;

import java.util.function.LongSupplier;

/**
 * How much longer a client may be waited for. It begins with the longest pause that it may make, loses the time for which it is
 * waited for, and gains for what it sends, up to that pause again. Read by any thread, written by the one that the client's
 * content comes on, but for the longest pause.
 */
final class ClientCredit {
    private final UploadLimits limits;
    private final LongSupplier nanos;
    private volatile boolean isWaitedFor;
    private volatile long waitedSince;
    private volatile long most;
    private volatile long credit;

    /** @param nanos the monotonic clock */
    ClientCredit(UploadLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.most = limits.idleNanos();
        this.credit = limits.idleNanos();
    }

    /** It is waited for, from now on if it was not before. */
    void waits() {
        if (!isWaitedFor) {
            waitedSince = nanos.getAsLong();
            isWaitedFor = true;
        }
    }

    /** It has sent something, and is waited for on, or not. */
    void sent(int bytes, boolean more) {
        long now = nanos.getAsLong();
        credit = Math.min(most, left(now) + limits.nanos(bytes));
        waitedSince = now;
        isWaitedFor = more;
    }

    /** Whether it is used up, others waiting for what the client holds, or not. */
    boolean isUsedUp(boolean othersWait) {
        most = othersWait ? limits.idleBehindNanos() : limits.idleNanos();
        return left(nanos.getAsLong()) < 0;
    }

    private long left(long now) {
        return Math.min(credit, most) - (isWaitedFor ? now - waitedSince : 0);
    }
}
