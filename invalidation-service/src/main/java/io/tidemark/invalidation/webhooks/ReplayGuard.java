package io.tidemark.invalidation.webhooks;

import io.tidemark.contracts.Position;
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
 * instance dies in between, the sender's next attempt is taken. What Redis forgets before its time the purge's id still tells,
 * see {@link Message#purgeId}.
 */
@Component
public class ReplayGuard {
    /** Longer than publishing may take. */
    static final Duration CLAIM = Duration.ofSeconds(15);

    private static final String PENDING = "pending:";
    private static final String DRY_RUN = "dry-run";
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

        /** It was handled before, as this purge. */
        record Done(String purgeId, @Nullable Position position) implements Attempt {}

        /** Its id was used for a dry run, or for another body. */
        record Other(String use) implements Attempt {}
    }

    Attempt claim(Message<?> message) {
        String key = key(message);
        String token = PENDING + UUID.randomUUID();
        if (Boolean.TRUE.equals(redis.opsForValue().setIfAbsent(key, token, CLAIM))) {
            return new Attempt.Claimed(key, token);
        }
        @Nullable String holder = redis.opsForValue().get(key);
        if (holder == null || holder.startsWith(PENDING)) {
            return new Attempt.BeingHandled();
        }
        if (holder.equals(DRY_RUN)) {
            return new Attempt.Other("a dry run");
        }
        String[] done = holder.split(" ", -1); // an older version wrote the purge's id alone
        if (done.length > 2 && !done[2].equals(message.digest())) {
            return new Attempt.Other("another body");
        }
        return new Attempt.Done(done[0], done.length > 2 ? Position.parse(done[1]) : null);
    }

    void done(Attempt.Claimed claim, Message<?> message, Position position, Duration remembered) {
        String done = message.purgeId() + ' ' + position + ' ' + message.digest();
        redis.opsForValue().set(claim.key(), done, remembered);
    }

    /** Gives the id back, as nothing came of it. */
    void release(Attempt.Claimed claim) {
        Objects.requireNonNull(redis.execute(RELEASE, List.of(claim.key()), claim.token()));
    }

    /** Uses the id up for dry runs, unless it was used for a purge: the query that asked for it is not signed. */
    void dryRun(Message<?> message, Duration remembered) {
        redis.opsForValue().setIfAbsent(key(message), DRY_RUN, remembered);
    }

    private static String key(Message<?> message) {
        return "tidemark:webhook:" + message.source().name() + ':' + message.id();
    }
}
