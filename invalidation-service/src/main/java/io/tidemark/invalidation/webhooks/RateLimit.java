package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Counts a source's requests in each second of the wall clock, on all instances together, in Redis. An instance takes a
 * fiftieth of the limit at a time, so that a source that may send much costs few questions: several instances together may
 * refuse a little early, and never admit too many.
 */
@Component
public class RateLimit {
    private static final Duration KEPT = Duration.ofSeconds(5);
    private static final int SHARE = 50;

    private final StringRedisTemplate redis;
    private final InstantSource clock;
    private final Map<String, Taken> taken = new ConcurrentHashMap<>();

    RateLimit(StringRedisTemplate redis, InstantSource clock) {
        this.redis = redis;
        this.clock = clock;
    }

    /** What this instance has taken in a second and not used. */
    private record Taken(long second, AtomicLong left) {
        boolean use() {
            return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    /** Counts one more request; whether it is within the limit. */
    boolean admits(String source, int perSecond) {
        long second = clock.instant().getEpochSecond();
        Taken now = taken.compute(
                source,
                (_, known) -> known != null && known.second == second ? known : new Taken(second, new AtomicLong()));
        return now.use() || takes(source, perSecond, now);
    }

    private boolean takes(String source, int perSecond, Taken now) {
        long block = Math.max(1, perSecond / SHARE);
        String key = "tidemark:rate:" + source + ':' + now.second;
        Long count = redis.opsForValue().increment(key, block);
        if (count == null) {
            return false;
        }
        if (count == block) {
            redis.expire(key, KEPT);
        }
        long granted = Math.min(block, perSecond - (count - block));
        if (granted > 1) {
            now.left.addAndGet(granted - 1);
        }
        return granted > 0;
    }
}
