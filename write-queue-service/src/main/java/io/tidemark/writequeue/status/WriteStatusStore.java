package io.tidemark.writequeue.status;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * What is known of each write, in Redis: one hash per write ({@link WriteFields}), per type the set of unfinished writes
 * ({@link QueueDepth}), and the set of dead letters ({@link DeadLetterIndex}). Each change of state is one script, so that
 * it happens whole or not at all. Thread-safe.
 *
 * <p>The write log is the truth of what was accepted; a write that is missing here is made again when the log is read.
 * Every method fails with a {@code DataAccessException} when Redis does not answer; then the change may have happened,
 * and repeating it does no harm.
 */
@Component
public class WriteStatusStore {
    /** Where each change of a write publishes its id. */
    static final String CHANGES = StatusKeys.PREFIX + "changes";

    static final String NOTHING_HELD = "";

    private final StringRedisTemplate redis;
    private final Scripts scripts;
    private final WriteFields fields;
    private final Duration retention;

    private final RedisScript<String> claim = Scripts.load("claim", String.class);
    private final RedisScript<String> settle = Scripts.load("settle", String.class);

    @SuppressWarnings("rawtypes")
    private final RedisScript<List> begin = Scripts.load("begin", List.class);

    private final RedisScript<Long> finish = Scripts.load("finish", Long.class);

    WriteStatusStore(StringRedisTemplate redis, Scripts scripts, WriteFields fields, StatusProperties properties) {
        this.redis = redis;
        this.scripts = scripts;
        this.fields = fields;
        this.retention = properties.retention();
    }

    /**
     * Claims the write's id for acceptance, unless its idempotency key is known or its type's queue is full.
     *
     * @param token of this request: who claims is who settles
     * @param lease after this, somebody else may claim
     */
    public Claim claim(Write write, WriteType type, String fingerprint, String token, Duration lease) {
        List<String> args = new ArrayList<>(List.of(
                write.writeId(),
                fingerprint,
                token,
                Long.toString(lease.toMillis()),
                Integer.toString(type.maxDepth()),
                Long.toString(retention.toMillis()),
                WriteFields.millis(write.acceptedAt())));
        args.addAll(WriteFields.of(write));
        return Claim.labelled(scripts.run(
                claim, List.of(StatusKeys.write(write.writeId()), StatusKeys.depth(type.name())), args.toArray()));
    }

    /**
     * Ends the acceptance that this token claimed: {@link WriteState#ACCEPTED} or {@link WriteState#REFUSED}. If the write
     * has moved on (it was read from the log and is being delivered), it stays as it is.
     *
     * @return the state that the write has then; nothing if it is not known
     */
    public Optional<WriteState> settle(Write write, String token, WriteState state) {
        return WriteState.labelled(scripts.run(
                settle,
                List.of(StatusKeys.write(write.writeId()), StatusKeys.depth(write.type())),
                write.writeId(),
                token,
                state.label(),
                CHANGES));
    }

    /**
     * Asks, before each attempt, whether a record of the write log may be delivered now.
     *
     * @param position the place of the write's first record: dead letters before it may hold it
     * @param redrive the redrive number of the record, 0 for the first one
     */
    public BeginVerdict begin(Write write, String fingerprint, long position, int redrive, Instant now) {
        List<String> args = new ArrayList<>(List.of(
                write.writeId(),
                Integer.toString(redrive),
                WriteFields.millis(now),
                WriteFields.millis(write.acceptedAt()),
                Long.toString(position),
                CHANGES,
                "fingerprint",
                fingerprint));
        args.addAll(WriteFields.of(write));
        List<String> keys = new ArrayList<>(keysOf(write));
        keys.add(StatusKeys.COMPLETE);
        List<?> answer = scripts.run(begin, keys, args.toArray());
        return switch ((String) answer.getFirst()) {
            case "deliver" ->
                new BeginVerdict.Deliver(
                        Integer.parseInt((String) answer.get(1)), fields.attempts((String) answer.get(3)));
            case "not-yet" -> new BeginVerdict.NotBefore(Instant.ofEpochMilli(Long.parseLong((String) answer.get(2))));
            case "held" -> new BeginVerdict.Held();
            case "incomplete" -> new BeginVerdict.Incomplete();
            default -> new BeginVerdict.Skip();
        };
    }

    /** After a failed attempt that another one follows. */
    public void retrying(Write write, int attemptsMade, List<Attempt> history, Instant nextAt, Instant now) {
        finish(
                write,
                WriteState.RETRYING,
                NOTHING_HELD,
                now,
                "round",
                Integer.toString(attemptsMade),
                "nextAt",
                WriteFields.millis(nextAt),
                "attempts",
                fields.attempts(history));
    }

    /** After the origin took it and its purges are published. */
    public void delivered(Write write, List<Attempt> history, @Nullable String readAfter, Instant now) {
        finish(
                write,
                WriteState.DELIVERED,
                NOTHING_HELD,
                now,
                "readAfter",
                readAfter == null ? "" : readAfter,
                "attempts",
                fields.attempts(history));
    }

    /**
     * After it was appended to the dead letters' log.
     *
     * @param letter its record in that log
     * @param position the place of the write's first record
     */
    public void deadLettered(
            Write write,
            String letter,
            List<Attempt> history,
            String reason,
            long position,
            OnDeadLetter policy,
            Instant now) {
        finish(
                write,
                WriteState.DEAD_LETTERED,
                policy == OnDeadLetter.HOLD ? Long.toString(position) : NOTHING_HELD,
                now,
                "reason",
                reason,
                "letter",
                letter,
                "attempts",
                fields.attempts(history));
    }

    public Optional<WriteStatus> find(String writeId) {
        return fields.status(writeId, redis.<String, String>opsForHash().entries(StatusKeys.write(writeId)));
    }

    private void finish(Write write, WriteState state, String held, Instant now, String... changed) {
        List<String> args = new ArrayList<>(List.of(
                write.writeId(),
                state.label(),
                WriteFields.millis(now),
                Long.toString(retention.toMillis()),
                held,
                CHANGES));
        args.addAll(Arrays.asList(changed));
        scripts.run(finish, keysOf(write), args.toArray());
    }

    static List<String> keysOf(Write write) {
        return List.of(
                StatusKeys.write(write.writeId()),
                StatusKeys.depth(write.type()),
                StatusKeys.DEAD,
                StatusKeys.held(write.orderingKey()));
    }
}
