package io.tidemark.gateway.fill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.tidemark.gateway.cache.CacheKey;
import java.time.Duration;

/**
 * Which keys are not refreshed for now, since their last refreshes brought nothing: for 1 s after the first, twice as long after
 * each further one, a minute at most; a success ends it. Thread-safe; 10,000 keys, each forgotten two minutes after its last
 * failure.
 */
final class RefreshPauses {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int KEYS = 10_000;

    private record Pause(int failures, long untilNanos) {}

    private final Ticker ticker;
    private final Cache<CacheKey, Pause> pauses;

    /** @param ticker the monotonic clock */
    RefreshPauses(Ticker ticker) {
        this.ticker = ticker;
        this.pauses = Caffeine.newBuilder()
                .maximumSize(KEYS)
                .expireAfterWrite(LONGEST.multipliedBy(2))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    boolean isPaused(CacheKey key) {
        Pause pause = pauses.getIfPresent(key);
        return pause != null && ticker.read() - pause.untilNanos < 0;
    }

    void failed(CacheKey key) {
        pauses.asMap().compute(key, (_, before) -> {
            int failures = before == null ? 1 : before.failures + 1;
            long pause = Math.min(FIRST.toNanos() << Math.min(failures - 1, 10), LONGEST.toNanos());
            return new Pause(failures, ticker.read() + pause);
        });
    }

    void succeeded(CacheKey key) {
        pauses.invalidate(key);
    }
}
