package io.tidemark.writequeue.status;

import io.lettuce.core.RedisCommandExecutionException;
import io.tidemark.commons.outage.Outage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * The queue's Redis. What it refuses without having done it, because a slot moves, a replica takes over or it is loading, is
 * asked again within the request's time; what it says to that is in the log, in its own words, once per change. Thread-safe.
 */
@Component
public class StatusRedis {
    private static final Logger log = LoggerFactory.getLogger(StatusRedis.class);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The first words of answers that say: not done, ask again (or ask somebody else, whom the client learns of meanwhile). */
    private static final Set<String> NOT_DONE = Set.of(
            "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY", "NOREPLICAS", "BUSY");

    private final StringRedisTemplate redis;
    private final Duration patience;
    private final Outage outage = new Outage(log, "The status store refuses", "The status store answers");

    public StatusRedis(StringRedisTemplate redis, StatusProperties properties) {
        this.redis = redis;
        this.patience = properties.patience();
    }

    /** Fails with a {@code DataAccessException} when Redis does not answer, or still refuses when its time is over. */
    public <T extends @Nullable Object> T ask(Function<StringRedisTemplate, T> question) {
        long start = System.nanoTime();
        while (true) {
            try {
                T answer = question.apply(redis);
                outage.over();
                return answer;
            } catch (DataAccessException failure) {
                outage.failed(failure);
                boolean again = wasNotDone(failure) && System.nanoTime() - start < patience.toNanos();
                if (!again || !paused()) {
                    throw failure;
                }
            }
        }
    }

    private static boolean wasNotDone(DataAccessException failure) {
        return words(failure)
                .map(words -> words.split("[ :]", 2)[0])
                .filter(NOT_DONE::contains)
                .isPresent();
    }

    /** What Redis itself has answered, if it has. */
    public static Optional<String> words(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
                return Optional.of(cause.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Whether the time between two questions has passed; no: whoever waits is to end. */
    static boolean paused() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Tries whether Redis takes a write, which is what this service needs of it.
     *
     * @throws DataAccessException if it does not
     */
    public void probe() {
        try {
            redis.opsForValue().set(StatusKeys.PREFIX + "probe", "", Duration.ofMinutes(1));
            outage.over();
        } catch (DataAccessException failure) {
            outage.failed(failure);
            throw failure;
        }
    }
}
