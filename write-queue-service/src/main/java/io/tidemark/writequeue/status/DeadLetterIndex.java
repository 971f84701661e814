package io.tidemark.writequeue.status;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * The dead letters among the writes in Redis, by the time that they became it. Their log is the truth; a mark says that all
 * of it is here, and without the mark nothing is delivered, for a dead letter may hold what is behind it. Thread-safe.
 * Every method fails with a {@code DataAccessException} when Redis does not answer.
 */
@Component
public class DeadLetterIndex {
    private final StringRedisTemplate redis;
    private final Scripts scripts;
    private final Duration retention;
    private final RedisScript<Long> leaveDead = Scripts.load("leave-dead", Long.class);
    private final RedisScript<Long> restore = Scripts.load("restore", Long.class);

    DeadLetterIndex(StringRedisTemplate redis, Scripts scripts, StatusProperties properties) {
        this.redis = redis;
        this.scripts = scripts;
        this.retention = properties.retention();
    }

    /** The record of a dead letter in the dead letters' log, kept for dead letters only. */
    public Optional<String> letter(String writeId) {
        return Optional.ofNullable(redis.<String, String>opsForHash().get(StatusKeys.write(writeId), "letter"));
    }

    /** After the redrive's record was appended to the log. Answers whether it was a dead letter. */
    public boolean redriven(Write write, int redrive, Instant now) {
        return leave(write, WriteState.ACCEPTED, redrive, "", now);
    }

    /** Answers whether it was a dead letter. */
    public boolean discard(Write write, String reason, Instant now) {
        return leave(write, WriteState.DISCARDED, 0, reason, now);
    }

    /** Whether all dead letters are here; false after Redis was emptied, and before the first start. */
    public boolean isComplete() {
        return Boolean.TRUE.equals(redis.hasKey(StatusKeys.COMPLETE));
    }

    public void complete(Instant now) {
        redis.opsForValue().set(StatusKeys.COMPLETE, now.toString());
    }

    /**
     * Puts back a dead letter from its log, unless its write is known.
     *
     * @param letter its record
     * @param attempts as JSON
     * @param position the place of the write's first record
     * @return whether it was put back
     */
    public boolean restore(
            Write write,
            String letter,
            String attempts,
            String reason,
            int redrives,
            long position,
            OnDeadLetter policy,
            Instant at) {
        List<String> arguments = new ArrayList<>(List.of(
                write.writeId(),
                WriteFields.millis(at),
                policy == OnDeadLetter.HOLD ? Long.toString(position) : WriteStatusStore.NOTHING_HELD));
        arguments.addAll(WriteFields.of(write));
        arguments.addAll(List.of(
                "updatedAt",
                WriteFields.millis(at),
                "letter",
                letter,
                "attempts",
                attempts,
                "reason",
                reason,
                "redrives",
                Integer.toString(redrives)));
        return scripts.run(restore, WriteStatusStore.keysOf(write), arguments.toArray()) == 1;
    }

    /**
     * A dead letter's place among the others.
     *
     * @param at when it became one
     */
    public record DeadPlace(Instant at, String writeId) {
        public static final DeadPlace START = new DeadPlace(Instant.EPOCH, "");
    }

    /** Dead letters behind a place, oldest first. */
    public List<DeadPlace> deadLetters(DeadPlace after, int count) {
        List<DeadPlace> places = new ArrayList<>();
        for (long offset = 0; places.size() < count; offset += count) {
            var page = redis.opsForZSet()
                    .rangeByScoreWithScores(
                            StatusKeys.DEAD,
                            (double) after.at().toEpochMilli(),
                            Double.POSITIVE_INFINITY,
                            offset,
                            count);
            if (page == null || page.isEmpty()) {
                break;
            }
            for (var tuple : page) {
                Double score = tuple.getScore();
                String writeId = tuple.getValue();
                if (score == null || writeId == null) {
                    continue;
                }
                DeadPlace place = new DeadPlace(Instant.ofEpochMilli(score.longValue()), writeId);
                boolean passed = place.at().equals(after.at()) && writeId.compareTo(after.writeId()) <= 0;
                if (!passed && places.size() < count) {
                    places.add(place);
                }
            }
        }
        return places;
    }

    private boolean leave(Write write, WriteState state, int redrive, String reason, Instant now) {
        return scripts.run(
                        leaveDead,
                        WriteStatusStore.keysOf(write),
                        write.writeId(),
                        state.label(),
                        WriteFields.millis(now),
                        Long.toString(retention.toMillis()),
                        Integer.toString(redrive),
                        WriteFields.millis(write.acceptedAt()),
                        WriteStatusStore.CHANGES,
                        reason)
                == 1;
    }
}
