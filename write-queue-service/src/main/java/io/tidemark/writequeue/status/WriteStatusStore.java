package io.tidemark.writequeue.status;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

    /** How late a record may be read that reached the log although its write was refused. */
    private static final Duration REFUSED = Duration.ofDays(7);

    static final String NOTHING_HELD = "";

    private final StatusRedis redis;
    private final Scripts scripts;
    private final WriteFields fields;
    private final Duration retention;
    private final Duration refused;
    private final Duration patience;
    private final QuotaProperties quotas;

    private final RedisScript<String> claim = Scripts.load("claim", String.class);
    private final RedisScript<String> settle = Scripts.load("settle", String.class);

    @SuppressWarnings("rawtypes")
    private final RedisScript<List> begin = Scripts.load("begin", List.class);

    @SuppressWarnings("rawtypes")
    private final RedisScript<List> kept = Scripts.load("kept", List.class);

    private final RedisScript<Long> finish = Scripts.load("finish", Long.class);

    WriteStatusStore(
            StatusRedis redis,
            Scripts scripts,
            WriteFields fields,
            StatusProperties properties,
            QuotaProperties quotas) {
        this.redis = redis;
        this.scripts = scripts;
        this.fields = fields;
        this.quotas = quotas;
        this.retention = properties.retention();
        this.patience = properties.patience();
        this.refused = properties.retention().compareTo(REFUSED) > 0 ? properties.retention() : REFUSED;
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
                WriteFields.millis(write.acceptedAt()),
                write.client(),
                Long.toString(quotas.clientLetters().toBytes()),
                Long.toString(quotas.letters().toBytes()),
                Integer.toString(quotas.clientWaiting()),
                StatusKeys.write("")));
        args.addAll(WriteFields.of(write));
        return Claim.labelled(scripts.run(
                claim,
                List.of(
                        StatusKeys.write(write.writeId()),
                        StatusKeys.depth(type.name()),
                        StatusKeys.DEAD_BYTES,
                        StatusKeys.waiting(write.client())),
                args.toArray()));
    }

    /**
     * Ends the acceptance that this token claimed: {@link WriteState#ACCEPTED} or {@link WriteState#REFUSED}. If the write
     * has moved on (it was read from the log and is being delivered), it stays as it is.
     *
     * @param place of its record in the log, if it is there
     * @return the state that the write has then; nothing if it is not known
     */
    public Optional<WriteState> settle(Write write, String token, WriteState state, @Nullable LogPlace place) {
        return WriteState.labelled(scripts.run(
                settle,
                List.of(
                        StatusKeys.write(write.writeId()),
                        StatusKeys.depth(write.type()),
                        StatusKeys.waiting(write.client())),
                write.writeId(),
                token,
                state.label(),
                CHANGES,
                Long.toString(refused.toMillis()),
                place == null ? "" : Integer.toString(place.partition()),
                place == null ? "" : Long.toString(place.offset())));
    }

    /**
     * Whether the mark {@link WriteState#REFUSED} outlives the loss of this Redis: all replicas that are connected have it, of which
     * one may take over. Waits for them as long as Redis is asked again elsewhere; they say how far they are once a second.
     */
    public boolean isRefusalKept(String writeId) {
        long start = System.nanoTime();
        String place = "";
        while (true) {
            List<?> answer = scripts.run(kept, List.of(StatusKeys.write(writeId)), place);
            if (!answer.getFirst().equals("not-yet")) {
                return answer.getFirst().equals("yes");
            }
            place = (String) answer.get(1);
            if (System.nanoTime() - start > patience.toNanos() || !StatusRedis.paused()) {
                return false;
            }
        }
    }

    /**
     * Asks, before each attempt, whether a record of the write log may be delivered now.
     *
     * @param position the place of the write's first record: dead letters before it may hold it
     * @param redrive the redrive number of the record, 0 for the first one
     * @param waited whether the caller has waited as long as it was told to, by its own clock: Redis' may have been set back
     */
    public BeginVerdict begin(Write write, String fingerprint, long position, int redrive, boolean waited) {
        List<String> args = new ArrayList<>(List.of(
                write.writeId(),
                Integer.toString(redrive),
                waited ? "1" : "0",
                WriteFields.millis(write.acceptedAt()),
                Long.toString(position),
                CHANGES,
                write.client(),
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
            case "not-yet" -> new BeginVerdict.NotYet(Duration.ofMillis(Long.parseLong((String) answer.get(2))));
            case "held" -> new BeginVerdict.Held();
            case "incomplete" -> new BeginVerdict.Incomplete();
            default -> new BeginVerdict.Skip();
        };
    }

    /** After a failed attempt that another one follows. */
    public void retrying(Write write, int attemptsMade, List<Attempt> history, Duration delay) {
        finish(
                write,
                WriteState.RETRYING,
                NOTHING_HELD,
                delay,
                0,
                "round",
                Integer.toString(attemptsMade),
                "attempts",
                fields.attempts(history));
    }

    /** After the origin took it and its purges are published. */
    public void delivered(Write write, List<Attempt> history, @Nullable String readAfter) {
        finish(
                write,
                WriteState.DELIVERED,
                NOTHING_HELD,
                Duration.ZERO,
                0,
                "readAfter",
                readAfter == null ? "" : readAfter,
                "attempts",
                fields.attempts(history));
    }

    /**
     * After it was appended to the dead letters' log.
     *
     * @param letter the place of its record in that log
     * @param bytes what it takes
     * @param position the place of the write's first record
     */
    public void deadLettered(
            Write write,
            LogPlace letter,
            int bytes,
            List<Attempt> history,
            String reason,
            long position,
            OnDeadLetter policy) {
        finish(
                write,
                WriteState.DEAD_LETTERED,
                policy == OnDeadLetter.HOLD ? Long.toString(position) : NOTHING_HELD,
                Duration.ZERO,
                bytes,
                "reason",
                reason,
                "letterAt",
                letter.toString(),
                "attempts",
                fields.attempts(history));
    }

    public Optional<WriteStatus> find(String writeId) {
        return fields.status(
                writeId,
                redis.ask(template -> template.<String, String>opsForHash().entries(StatusKeys.write(writeId))));
    }

    private void finish(Write write, WriteState state, String held, Duration delay, int bytes, String... changed) {
        List<String> args = new ArrayList<>(List.of(
                write.writeId(),
                state.label(),
                Long.toString(delay.toMillis()),
                Long.toString(retention.toMillis()),
                held,
                CHANGES,
                write.client(),
                Integer.toString(bytes)));
        args.addAll(Arrays.asList(changed));
        scripts.run(finish, keysOf(write), args.toArray());
    }

    static List<String> keysOf(Write write) {
        return keysOf(write.writeId(), write.type(), write.orderingKey(), write.client());
    }

    static List<String> keysOf(String writeId, String type, String orderingKey, String client) {
        return List.of(
                StatusKeys.write(writeId),
                StatusKeys.depth(type),
                StatusKeys.DEAD,
                StatusKeys.held(orderingKey),
                StatusKeys.DEAD_BYTES,
                StatusKeys.waiting(client));
    }
}
