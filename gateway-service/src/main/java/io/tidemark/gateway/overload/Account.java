package io.tidemark.gateway.overload;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that one holder has of {@link HeldBytes}; closing it gives all of them back, and later ones at once. Thread-safe.
 */
public final class Account implements AutoCloseable {
    private static final long CLOSED = Long.MIN_VALUE;

    private final HeldBytes all;
    private final HeldFor use;
    private final AtomicLong bytes = new AtomicLong();

    Account(HeldBytes all, HeldFor use) {
        this.all = all;
        this.use = use;
    }

    /** Holds so many more, unless the budget refuses: whether it does. A closed account holds nothing, and says yes. */
    public boolean tryHold(long more) {
        if (!all.tryHold(use, more)) {
            return false;
        }
        note(more);
        return true;
    }

    /** Holds so many more in any case. */
    public void hold(long more) {
        all.hold(use, more);
        note(more);
    }

    private void note(long more) {
        if (bytes.getAndUpdate(before -> before == CLOSED ? CLOSED : before + more) == CLOSED) {
            all.release(use, more);
        }
    }

    /** Gives so many back, at most all. */
    public void release(long fewer) {
        long before = bytes.getAndUpdate(now -> now == CLOSED ? CLOSED : Math.max(0, now - fewer));
        if (before != CLOSED) {
            all.release(use, Math.min(before, fewer));
        }
    }

    /** Gives back what is more than that. */
    public void shrinkTo(long most) {
        long before = bytes.getAndUpdate(now -> Math.min(now, most));
        if (before > most) {
            all.release(use, before - most);
        }
    }

    /** Bytes; 0 once closed. */
    public long held() {
        return Math.max(0, bytes.get());
    }

    @Override
    public void close() {
        long before = bytes.getAndSet(CLOSED);
        if (before != CLOSED && before != 0) {
            all.release(use, before);
        }
    }
}
