package io.tidemark.commons.redis;

import io.tidemark.commons.outage.Outage;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Whether Redis takes a write, which is what the services need; a ping is answered by a replica and by a full Redis too. */
final class RedisWriteHealth implements HealthIndicator {
    private static final String KEY = "tidemark:health";

    private final StringRedisTemplate redis;

    RedisWriteHealth(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    public Health health() {
        try {
            redis.opsForValue().set(KEY, "1", Duration.ofSeconds(10));
            return Health.up().build();
        } catch (DataAccessException refused) {
            return Health.down().withDetail("why", Outage.sentence(refused)).build();
        }
    }
}
