package io.tidemark.invalidation.webhooks;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of bodies may be in memory at once, of all requests together. Thread-safe. */
final class BodyBudget {
    private final long bytes;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(long bytes) {
        this.bytes = bytes;
    }

    /** What one request has taken of it; closing gives all of it back. For one thread. */
    final class Share implements AutoCloseable {
        private long taken;

        /** Whether there was as much; nothing is taken if not. */
        boolean take(long more) {
            if (used.addAndGet(more) > bytes) {
                used.addAndGet(-more);
                return false;
            }
            taken += more;
            return true;
        }

        void giveBack(long some) {
            taken -= some;
            used.addAndGet(-some);
        }

        @Override
        public void close() {
            giveBack(taken);
        }
    }

    Share share() {
        return new Share();
    }

    long used() {
        return used.get();
    }
}
