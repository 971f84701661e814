package io.tidemark.writequeue.status;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/** Per type, the unfinished writes by the time of their acceptance, all instances together. Thread-safe. */
@Component
class QueueDepth {
    private final StatusRedis redis;
    private final Scripts scripts;
    private final RedisScript<Long> prune = Scripts.load("prune", Long.class);

    QueueDepth(StatusRedis redis, Scripts scripts) {
        this.redis = redis;
        this.scripts = scripts;
    }

    /** Forgets the oldest writes whose acceptance never ended. Answers how many. */
    long prune(String type) {
        return scripts.run(prune, List.of(StatusKeys.depth(type)), StatusKeys.write(""));
    }

    /** How many writes of the type are accepted and not finished. */
    long of(String type) {
        return Objects.requireNonNullElse(
                redis.ask(template -> template.opsForZSet().zCard(StatusKeys.depth(type))), 0L);
    }

    /** When the oldest unfinished write of the type was accepted. */
    Optional<Instant> oldest(String type) {
        var first = redis.ask(template -> template.opsForZSet().rangeWithScores(StatusKeys.depth(type), 0, 0));
        return first == null
                ? Optional.empty()
                : first.stream()
                        .map(tuple -> tuple.getScore())
                        .filter(Objects::nonNull)
                        .map(score -> Instant.ofEpochMilli(score.longValue()))
                        .findFirst();
    }
}
