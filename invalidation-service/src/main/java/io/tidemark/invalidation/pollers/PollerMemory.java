package io.tidemark.invalidation.pollers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/** What pollers remember, in Redis, and which instance polls. Fails with {@code DataAccessException}. */
@Component
class PollerMemory {
    private static final RedisScript<Long> LEAD = new DefaultRedisScript<>("""
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """, Long.class);

    private final StringRedisTemplate redis;
    private final String self = UUID.randomUUID().toString();

    PollerMemory(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /** Takes or keeps the lead for this long; whether this instance has it. */
    boolean lead(String poller, Duration lease) {
        Long leads = redis.execute(LEAD, List.of(key(poller) + ":lead"), self, Long.toString(lease.toMillis()));
        return Objects.equals(leads, 1L);
    }

    Map<String, String> recall(String poller) {
        Map<String, String> fields = new HashMap<>();
        redis.opsForHash().entries(key(poller)).forEach((name, value) -> fields.put((String) name, (String) value));
        return fields;
    }

    void remember(String poller, Map<String, String> fields) {
        redis.opsForHash().putAll(key(poller), fields);
    }

    void rememberCursor(String poller, String cursor) {
        redis.opsForHash().put(key(poller), "cursor", cursor);
    }

    private static String key(String poller) {
        return "tidemark:poller:{" + poller + '}';
    }
}
