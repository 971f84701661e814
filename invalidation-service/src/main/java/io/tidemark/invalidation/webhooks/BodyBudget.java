package io.tidemark.invalidation.webhooks;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of bodies may be in memory at once, of all requests together. A source may have room for one body whenever there
 * is room at all, and more only for as long as no less is free for the others: alone it gets half of all, each of two a third.
 * So there is room for a source that comes now, whoever else sends, and nothing has to be set for each. Thread-safe; one number
 * for each source that has sent something.
 */
final class BodyBudget {
    private final long bytes;
    private final long oneBody;
    private final AtomicLong used = new AtomicLong();
    private final Map<String, AtomicLong> bySource = new ConcurrentHashMap<>();

    /**
     * A budget.
     *
     * @param bytes of all
     * @param oneBody what a body takes at most while it is read and understood
     */
    BodyBudget(long bytes, long oneBody) {
        this.bytes = bytes;
        this.oneBody = oneBody;
    }

    /** What one request has taken of it; closing gives all of it back. For one thread. */
    final class Share implements AutoCloseable {
        private final AtomicLong ofSource;
        private long taken;

        private Share(AtomicLong ofSource) {
            this.ofSource = ofSource;
        }

        /** Whether there was as much; nothing is taken if not. */
        boolean take(long more) {
            taken += more;
            long mine = ofSource.addAndGet(more);
            long free = bytes - used.addAndGet(more);
            if (free >= 0 && (mine <= oneBody || mine <= free)) {
                return true;
            }
            giveBack(more);
            return false;
        }

        void giveBack(long some) {
            taken -= some;
            ofSource.addAndGet(-some);
            used.addAndGet(-some);
        }

        @Override
        public void close() {
            giveBack(taken);
        }
    }

    /** @param source one that is configured */
    Share share(String source) {
        return new Share(bySource.computeIfAbsent(source, _ -> new AtomicLong()));
    }

    long used() {
        return used.get();
    }
}
