package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * A bucket of tokens for each name, on all instances together, in Redis and by Redis's clock: it holds as many as the limit, and
 * as many come back evenly within the period. Fails with the template's {@code DataAccessException}.
 */
@Component
public class RateLimit {
    /**
     * The key holds when the bucket is full again, in microseconds (GCRA). ARGV: between two tokens, the period, how many are
     * taken. Answers 0, or how long until there are as many, in milliseconds.
     */
    private static final RedisScript<Long> TAKE = new DefaultRedisScript<>("""
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0')) + ARGV[1] * ARGV[3]
        local over = full - now - ARGV[2]
        if over > 0 then return math.ceil(over / 1000) end
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
        return 0
        """, Long.class);

    private final StringRedisTemplate redis;

    RateLimit(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /**
     * Takes tokens from a bucket, all or none.
     *
     * @param limit how many it holds, and how many come back in a period
     * @param tokens at most as many as it holds
     * @return zero if they were taken, else how long until there are as many
     */
    Duration take(String bucket, int limit, Duration period, int tokens) {
        double micros = period.toNanos() / 1e3;
        Long wait = redis.execute(
                TAKE,
                List.of("tidemark:rate:" + bucket),
                Double.toString(micros / limit),
                Double.toString(micros + 1), // what is lost in rounding
                Integer.toString(tokens));
        return Duration.ofMillis(Objects.requireNonNull(wait));
    }
}
