package io.tidemark.invalidation.webhooks;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.invalidation.log.NotPublishedException;
import io.tidemark.invalidation.log.Publisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Publishes a purge once more after its source's {@code repurge-after}, for origins whose replicas lag behind their
 * webhook. The purges that wait are in Redis, in one sorted set by the time that they are due, so that they outlive this
 * instance as far as Redis keeps its data; at most {@value #CAPACITY}. Whichever instance comes first takes one for a while;
 * if it dies, another one takes it later. A purge may so be published twice, which does no harm.
 */
@Component
public class Repurges {
    static final int CAPACITY = 100_000;

    private static final Logger log = LoggerFactory.getLogger(Repurges.class);
    private static final String KEY = "tidemark:repurges";
    private static final int BATCH = 100;
    private static final Duration TAKEN_FOR = Duration.ofSeconds(30);
    /** The purges that are due at ARGV[1], at most ARGV[2]; they become due again at ARGV[3]. */
    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> TAKE = new DefaultRedisScript<>("""
        local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
        for _, purge in ipairs(due) do redis.call('ZADD', KEYS[1], 'XX', ARGV[3], purge) end
        return due
        """, List.class);

    private final StringRedisTemplate redis;
    private final Publisher publisher;
    private final InstantSource clock;

    Repurges(StringRedisTemplate redis, Publisher publisher, InstantSource clock) {
        this.redis = redis;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Plans it. When Redis fails, or too many wait, the first purge has to do; that is logged. */
    void plan(Purge purge, Duration after) {
        if (after.isZero()) {
            return;
        }
        Instant due = clock.instant().plus(after);
        try {
            Long waiting = redis.opsForZSet().zCard(KEY);
            if (waiting != null && waiting >= CAPACITY) {
                log.warn("purge {} is not repeated: {} wait already", purge.id(), waiting);
                return;
            }
            redis.opsForZSet().add(KEY, encode(purge), (double) due.toEpochMilli());
        } catch (DataAccessException unreachable) {
            log.warn("purge {} is not repeated: Redis does not answer", purge.id(), unreachable);
        }
    }

    @Scheduled(fixedDelay = 250)
    void publishTheDue() {
        try {
            long now = clock.instant().toEpochMilli();
            List<?> due = redis.execute(
                    TAKE,
                    List.of(KEY),
                    Long.toString(now),
                    Integer.toString(BATCH),
                    Long.toString(now + TAKEN_FOR.toMillis()));
            for (Object purge : due == null ? List.of() : due) {
                publish((String) purge);
            }
        } catch (DataAccessException unreachable) {
            log.debug("the purges that are due are not known: Redis does not answer", unreachable);
        }
    }

    private void publish(String encoded) {
        try {
            Purge first = RecordCodec.PURGE.decode(encoded.getBytes(StandardCharsets.UTF_8));
            Purge again = new Purge(
                    UUID.randomUUID().toString(),
                    first.source(),
                    first.targets(),
                    first.mode(),
                    first.requestId(),
                    clock.instant());
            publisher.publish(again);
            log.debug("purge {} repeats {}", again.id(), first.id());
        } catch (UnreadableRecordException unreadable) {
            log.error("a purge that was to be repeated cannot be read", unreadable);
        } catch (NotPublishedException notNow) {
            return; // it becomes due again
        }
        redis.opsForZSet().remove(KEY, encoded);
    }

    private static String encode(Purge purge) {
        return new String(RecordCodec.PURGE.encode(purge), StandardCharsets.UTF_8);
    }
}
