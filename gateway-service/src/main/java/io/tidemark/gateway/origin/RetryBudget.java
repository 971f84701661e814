package io.tidemark.gateway.origin;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many retries the calls to an origin have earned: a share of one for each call, up to a reserve, which is there from
 * the start. So retries add a share at most to an origin's load when every call fails. Thread-safe.
 */
final class RetryBudget {
    /** Retries that can be saved up. */
    static final int RESERVE = 10;

    private static final long RETRY = 1000;

    private final long share;
    private final AtomicLong balance = new AtomicLong(RESERVE * RETRY);

    /** @param share retries per call, 0 to 1, counted in thousandths */
    RetryBudget(double share) {
        this.share = Math.round(share * RETRY);
    }

    /** A call is made. */
    void called() {
        balance.updateAndGet(before -> Math.min(RESERVE * RETRY, before + share));
    }

    /** Whether a retry may be made; it is paid for then. */
    boolean takeRetry() {
        return balance.getAndUpdate(before -> before >= RETRY ? before - RETRY : before) >= RETRY;
    }
}
