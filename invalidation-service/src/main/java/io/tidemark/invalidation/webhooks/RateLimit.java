package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import java.time.InstantSource;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/** Counts a source's requests in each second of the wall clock, on all instances together, in Redis. */
@Component
public class RateLimit {
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final StringRedisTemplate redis;
    private final InstantSource clock;

    RateLimit(StringRedisTemplate redis, InstantSource clock) {
        this.redis = redis;
        this.clock = clock;
    }

    /** Counts one more request; whether it is within the limit. */
    boolean admits(String source, int perSecond) {
        String key = "tidemark:rate:" + source + ':' + clock.instant().getEpochSecond();
        Long count = redis.opsForValue().increment(key);
        if (count != null && count == 1) {
            redis.expire(key, KEPT);
        }
        return count != null && count <= perSecond;
    }
}
