package io.tidemark.gateway.overload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket for each client, as the one time at which it would be full again (GCRA). Thread-safe, without locks; 20,000
 * clients, of which the ones that are heard of least are forgotten first, which means a full bucket.
 */
final class ClientRates {
    private static final int CLIENTS = 20_000;

    private final long interval; // nanoseconds for one
    private final long depth; // nanoseconds for all of a burst
    private final Ticker ticker;
    private final Cache<Object, AtomicLong> full;

    /**
     * Buckets that are full.
     *
     * @param rate requests a second, at least 1
     * @param burst the most at once, at least 1
     */
    ClientRates(int rate, int burst, Ticker ticker) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
        this.depth = interval * burst;
        this.ticker = ticker;
        this.full = Caffeine.newBuilder()
                .maximumSize(CLIENTS)
                .expireAfterAccess(Duration.ofNanos(depth).plusSeconds(1))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** Takes one of the client's: how long until there would be one, zero if it has been taken. */
    Duration take(Object client) {
        long now = ticker.read();
        AtomicLong time = full.get(client, _ -> new AtomicLong(now));
        while (true) {
            long before = time.get();
            long next = (before - now > 0 ? before : now) + interval;
            if (next - now > depth) {
                return Duration.ofNanos(next - now - depth);
            }
            if (time.compareAndSet(before, next)) {
                return Duration.ZERO;
            }
        }
    }
}
