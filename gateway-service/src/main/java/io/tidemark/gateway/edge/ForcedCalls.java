package io.tidemark.gateway.edge;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.cache.CacheKey;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Limits the calls to an origin that clients force though a stored response could be served: one for each key and interval
 * of its policy. Thread-safe. Bounded: of more than {@value #MAX_KEYS} keys at a time some are forgotten, and may be forced
 * once more.
 */
@Component
public final class ForcedCalls {
    private static final int MAX_KEYS = 10_000;

    private final LongSupplier nanoTime;
    private final ConcurrentMap<CacheKey, Long> admitted = Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            .expireAfterWrite(Duration.ofMinutes(1))
            .executor(Runnable::run)
            .<CacheKey, Long>build()
            .asMap();
    private final Counter refused;

    @Autowired
    public ForcedCalls(MeterRegistry metrics) {
        this(System::nanoTime, metrics);
    }

    /** @param nanoTime the monotonic clock */
    ForcedCalls(LongSupplier nanoTime, MeterRegistry metrics) {
        this.nanoTime = nanoTime;
        this.refused = Counter.builder("tidemark.forced.refused")
                .description("requests that would have forced a call to the origin and were answered from the store")
                .register(metrics);
    }

    /** The answer to one request, which may need it for several decisions, one after the other. */
    static final class Once {
        private volatile @Nullable Boolean admitted;

        boolean admits(ForcedCalls calls, CacheKey key, Duration interval) {
            Boolean known = admitted;
            if (known == null) {
                known = calls.admits(key, interval);
                admitted = known;
            }
            return known;
        }
    }

    /**
     * Whether the origin may be asked for this key though a stored response could be served.
     *
     * @param interval the least time between two such calls; zero for no limit
     */
    boolean admits(CacheKey key, Duration interval) {
        if (interval.isZero()) {
            return true;
        }
        long now = nanoTime.getAsLong();
        AtomicBoolean admits = new AtomicBoolean();
        admitted.compute(key, (_, last) -> {
            admits.set(last == null || now - last >= interval.toNanos());
            return admits.get() ? now : last;
        });
        if (!admits.get()) {
            refused.increment();
        }
        return admits.get();
    }
}
