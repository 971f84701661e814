package io.tidemark.invalidation.log;

import io.tidemark.commons.drain.Drain;
import io.tidemark.invalidation.receipts.CompletedUpTo;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Remembers in Redis up to where purges are complete, for all instances and over their restarts: one key, written four times
 * a second at most, and once more at the end. Without Redis, or after a kill in that quarter of a second, receipts that were
 * complete may be open again until a lease has passed.
 */
class CompletionMemory implements SmartLifecycle {
    static final String KEY = "tidemark:receipts:complete-up-to";

    private static final Logger log = LoggerFactory.getLogger(CompletionMemory.class);

    /** Another instance may be ahead: within an epoch the greater offset stays. ARGV: the epoch with its colon, the offset, the value. */
    private static final RedisScript<Long> RAISE = new DefaultRedisScript<>("""
        local known = redis.call('GET', KEYS[1])
        if known and string.sub(known, 1, #ARGV[1]) == ARGV[1]
                and tonumber(string.match(known, '^%d+', #ARGV[1] + 1)) >= tonumber(ARGV[2]) then
            return 0
        end
        redis.call('SET', KEYS[1], ARGV[3])
        return 1
        """, Long.class);

    private final ReceiptBoard board;
    private final StringRedisTemplate redis;
    private volatile boolean running;
    private final AtomicReference<@Nullable CompletedUpTo> written = new AtomicReference<>();

    CompletionMemory(ReceiptBoard board, StringRedisTemplate redis) {
        this.board = board;
        this.redis = redis;
    }

    /** What was written last; empty if nothing was, or if Redis does not answer. */
    Optional<CompletedUpTo> last() {
        try {
            return Optional.ofNullable(redis.opsForValue().get(KEY)).flatMap(CompletedUpTo::parse);
        } catch (DataAccessException unreachable) {
            log.warn("what was complete is not known: Redis does not answer: {}", unreachable.getMessage());
            return Optional.empty();
        }
    }

    @Scheduled(fixedDelay = 250)
    void write() {
        Optional<CompletedUpTo> now = board.completedUpTo();
        if (now.isEmpty() || now.get().equals(written.get())) {
            return;
        }
        CompletedUpTo value = now.get();
        try {
            redis.execute(
                    RAISE,
                    List.of(KEY),
                    value.position().epoch() + ':',
                    Long.toString(value.position().offset()),
                    value.toString());
            written.set(value);
        } catch (DataAccessException unreachable) {
            log.debug("what is complete is not remembered: Redis does not answer", unreachable);
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        write();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the {@link LogReader}, and before the connections to Redis. */
    @Override
    public int getPhase() {
        return Drain.BEHIND_REQUESTS_PHASE - 1;
    }
}
