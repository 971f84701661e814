package io.tidemark.writequeue.status;

import java.time.Duration;
import org.springframework.stereotype.Component;

/** Which origins are known to be down; every instance says so for the others. */
@Component
public class OriginsDown {
    private final StatusRedis redis;

    public OriginsDown(StatusRedis redis) {
        this.redis = redis;
    }

    /** Says that the origin is down, unless somebody says it again, for this long. */
    public void markDown(String origin, Duration lease) {
        redis.ask(template -> {
            template.opsForValue().set(key(origin), "down", lease);
            return true;
        });
    }

    public void markUp(String origin) {
        redis.ask(template -> template.delete(key(origin)));
    }

    public boolean isDown(String origin) {
        return Boolean.TRUE.equals(redis.ask(template -> template.hasKey(key(origin))));
    }

    private static String key(String origin) {
        return StatusKeys.PREFIX + "origin-down:" + origin;
    }
}
