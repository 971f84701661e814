package io.tidemark.writequeue.status;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * The dead letters among the writes in Redis, by the time that they became it. Their log is the truth; a mark says that all
 * of it is here, and without the mark nothing is delivered, for a dead letter may hold what is behind it. Thread-safe.
 * Every method fails with a {@code DataAccessException} when Redis does not answer.
 */
@Component
public class DeadLetterIndex {
    private final StatusRedis redis;
    private final Scripts scripts;
    private final Duration retention;
    private final RedisScript<Long> leaveDead = Scripts.load("leave-dead", Long.class);
    private final RedisScript<Long> restore = Scripts.load("restore", Long.class);

    DeadLetterIndex(StatusRedis redis, Scripts scripts, StatusProperties properties) {
        this.redis = redis;
        this.scripts = scripts;
        this.retention = properties.retention();
    }

    /** The place of a dead letter's record in its log. */
    public Optional<LogPlace> place(String writeId) {
        return field(writeId, "letterAt").map(LogPlace::parse);
    }

    /** The record of a dead letter as earlier versions kept it here. */
    public Optional<String> letter(String writeId) {
        return field(writeId, "letter");
    }

    private Optional<String> field(String writeId, String field) {
        return Optional.ofNullable(
                redis.ask(template -> template.<String, String>opsForHash().get(StatusKeys.write(writeId), field)));
    }

    /** After the redrive's record was appended to the log. Answers whether it was a dead letter. */
    public boolean redriven(WriteStatus write, int redrive, LogPlace place) {
        return leave(write, WriteState.ACCEPTED, redrive, "", place);
    }

    /** Answers whether it was a dead letter. */
    public boolean discard(WriteStatus write, String reason) {
        return leave(write, WriteState.DISCARDED, 0, reason, new LogPlace(-1, -1));
    }

    /** Redis' own time: what dates all changes, whichever instance makes them. */
    public Instant now() {
        Long millis = redis.ask(template -> template.execute(
                (RedisCallback<Long>) connection -> connection.serverCommands().time()));
        return Instant.ofEpochMilli(Objects.requireNonNull(millis));
    }

    /** Whether all dead letters are here; false after Redis was emptied, and before the first start. */
    public boolean isComplete() {
        return Boolean.TRUE.equals(redis.ask(template -> template.hasKey(StatusKeys.COMPLETE)));
    }

    public void complete(Instant now) {
        redis.ask(template -> {
            template.opsForValue().set(StatusKeys.COMPLETE, now.toString());
            return true;
        });
    }

    /**
     * Puts back a dead letter from its log, unless its write is known.
     *
     * @param letter the place of its record
     * @param bytes what it takes
     * @param attempts as JSON
     * @param position the place of the write's first record
     * @return whether it was put back
     */
    public boolean restore(
            Write write,
            LogPlace letter,
            int bytes,
            String attempts,
            String reason,
            int redrives,
            long position,
            OnDeadLetter policy,
            Instant at) {
        List<String> arguments = new ArrayList<>(List.of(
                write.writeId(),
                WriteFields.millis(at),
                policy == OnDeadLetter.HOLD ? Long.toString(position) : WriteStatusStore.NOTHING_HELD,
                write.client(),
                Integer.toString(bytes)));
        arguments.addAll(WriteFields.of(write));
        arguments.addAll(List.of(
                "updatedAt",
                WriteFields.millis(at),
                "letterAt",
                letter.toString(),
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
        for (long passed = 0; places.size() < count; passed += count) {
            long offset = passed;
            var page = redis.ask(template -> template.opsForZSet()
                    .rangeByScoreWithScores(
                            StatusKeys.DEAD,
                            (double) after.at().toEpochMilli(),
                            Double.POSITIVE_INFINITY,
                            offset,
                            count));
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
                boolean isBefore = place.at().equals(after.at()) && writeId.compareTo(after.writeId()) <= 0;
                if (!isBefore && places.size() < count) {
                    places.add(place);
                }
            }
        }
        return places;
    }

    private boolean leave(WriteStatus write, WriteState state, int redrive, String reason, LogPlace place) {
        return scripts.run(
                        leaveDead,
                        WriteStatusStore.keysOf(write.writeId(), write.type(), write.orderingKey(), write.client()),
                        write.writeId(),
                        state.label(),
                        Long.toString(retention.toMillis()),
                        Integer.toString(redrive),
                        WriteFields.millis(write.acceptedAt()),
                        WriteStatusStore.CHANGES,
                        reason,
                        Integer.toString(place.partition()),
                        Long.toString(place.offset()),
                        write.client())
                == 1;
    }
}
