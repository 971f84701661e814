package io.tidemark.writequeue.ops;

import io.tidemark.commons.outage.Outage;
import io.tidemark.writequeue.status.StatusRedis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Health of Redis, in place of the framework's, by what is needed of it: a write. One that is full or read-only is down. */
@Component("redisHealthContributor")
class RedisHealthIndicator implements HealthIndicator {
    private final StatusRedis redis;

    RedisHealthIndicator(StatusRedis redis) {
        this.redis = redis;
    }

    @Override
    public Health health() {
        try {
            redis.probe();
            return Health.up().build();
        } catch (DataAccessException failure) {
            return Health.down()
                    .withDetail("error", StatusRedis.words(failure).orElse(Outage.sentence(failure)))
                    .build();
        }
    }
}
