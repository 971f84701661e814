package io.tidemark.state.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Entries of sessions as they were read lately, for who may be shown what can be old while the store does not answer. In memory of one
 * process in the sessions' region, bounded in time and in bytes; sealed as they lie in the store, so that what nobody has the data key
 * of any more is of no use here either. What this process changes or ends it forgets before; what others do, it does not hear. Thread-safe.
 */
public final class RecentEntries {
    private static final int STRIPES = 1024;

    /** Bytes that an entry takes beside its own. */
    private static final int OVERHEAD = 200;

    private final long age;
    private final LongSupplier nanoTime;
    private final Cache<String, Map<String, Kept>> sessions;
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);
    private final AtomicLong forgottenAll = new AtomicLong();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Kept(byte[] lying, long readAt) {}

    /** What had been forgotten when an entry was asked for. */
    record Mark(long ofSession, long ofAll, long at) {}

    /**
     * @param age how long after it was read an entry may be shown; zero: never
     * @param bytes the most that are kept
     */
    public RecentEntries(Duration age, long bytes) {
        this(age, bytes, System::nanoTime);
    }

    RecentEntries(Duration age, long bytes, LongSupplier nanoTime) {
        this.age = age.toNanos();
        this.nanoTime = nanoTime;
        this.sessions = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher(RecentEntries::weight)
                .expireAfterWrite(age)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    private static int weight(String session, Map<String, Kept> entries) {
        long sum = OVERHEAD;
        for (Kept kept : entries.values()) {
            sum += kept.lying.length + OVERHEAD;
        }
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }

    /** Taken before an entry is asked for. */
    Mark mark(String session) {
        return new Mark(changes.get(stripe(session)), forgottenAll.get(), nanoTime.getAsLong());
    }

    /** Keeps an entry, unless its session was forgotten since it was asked for. */
    void remember(String session, String name, byte[] lying, Mark before) {
        if (age == 0) {
            return;
        }
        sessions.asMap().compute(session, (_, had) -> {
            if (changes.get(stripe(session)) != before.ofSession || forgottenAll.get() != before.ofAll) {
                return had;
            }
            Map<String, Kept> entries = had == null ? new HashMap<>() : new HashMap<>(had);
            entries.put(name, new Kept(lying, before.at));
            return Map.copyOf(entries);
        });
    }

    /** As it lay when it was read; null if that is too long ago, or it was not. */
    byte @Nullable [] get(String session, String name) {
        Map<String, Kept> entries = age == 0 ? null : sessions.getIfPresent(session);
        Kept kept = entries == null ? null : entries.get(name);
        return kept == null || nanoTime.getAsLong() - kept.readAt > age ? null : kept.lying;
    }

    /** Forgets what a session has, and what is being read of it at this moment. */
    void forget(String session) {
        if (age != 0) {
            changes.incrementAndGet(stripe(session));
            sessions.invalidate(session);
        }
    }

    /** Forgets all. */
    void forgetAll() {
        if (age != 0) {
            forgottenAll.incrementAndGet();
            sessions.invalidateAll();
        }
    }

    private static int stripe(String session) {
        return Math.floorMod(session.hashCode(), STRIPES);
    }
}
