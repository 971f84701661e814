package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Each message once, on all instances together and over their restarts: a key in Redis per message id. Fails closed, with
 * the template's {@code DataAccessException}, when Redis does not answer.
 *
 * <p>A message is first claimed for a short time, and marked as done for long once its purge is in the log: where an
 * instance dies in between, the sender's next attempt is taken.
 */
@Component
public class ReplayGuard {
    /** Longer than publishing may take. */
    static final Duration CLAIM = Duration.ofSeconds(15);

    private static final String PENDING = "pending:";
    private static final RedisScript<Long> RELEASE = new DefaultRedisScript<>("""
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        """, Long.class);

    private final StringRedisTemplate redis;

    ReplayGuard(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /** What became of an attempt to claim a message. */
    sealed interface Attempt {
        /** It is the caller's: {@link #done} or {@link #release} ends it. */
        record Claimed(String key, String token) implements Attempt {}

        /** Another request with this id is being handled. */
        record BeingHandled() implements Attempt {}

        /** It was handled before. */
        record Replayed(String purgeId) implements Attempt {}
    }

    Attempt claim(String source, String id) {
        String key = "tidemark:webhook:" + source + ':' + id;
        String token = PENDING + UUID.randomUUID();
        if (Boolean.TRUE.equals(redis.opsForValue().setIfAbsent(key, token, CLAIM))) {
            return new Attempt.Claimed(key, token);
        }
        @Nullable String holder = redis.opsForValue().get(key);
        return holder == null || holder.startsWith(PENDING) ? new Attempt.BeingHandled() : new Attempt.Replayed(holder);
    }

    void done(Attempt.Claimed claim, String purgeId, Duration remembered) {
        redis.opsForValue().set(claim.key(), purgeId, remembered);
    }

    /** Gives the id back, as nothing came of it. */
    void release(Attempt.Claimed claim) {
        Objects.requireNonNull(redis.execute(RELEASE, List.of(claim.key()), claim.token()));
    }
}
