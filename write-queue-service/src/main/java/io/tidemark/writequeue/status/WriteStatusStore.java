package io.tidemark.writequeue.status;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known of each write, in Redis: one hash per write, per type the set of unfinished writes by their time of
 * acceptance (its size is the depth), and the set of dead letters. Each change of state is one script, so that it
 * happens whole or not at all. Thread-safe.
 *
 * <p>The write log is the truth of what was accepted; a write that is missing here is made again when the log is read.
 * Every method fails with a {@code DataAccessException} when Redis does not answer; then the change may have happened,
 * and repeating it does no harm.
 */
@Component
public class WriteStatusStore {
    /** Where each change of a write publishes its id. */
    static final String CHANGES = StatusKeys.PREFIX + "changes";

    private static final String NOTHING_HELD = "";
    private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};

    private final StringRedisTemplate redis;
    private final JsonMapper json;
    private final Duration retention;

    private final RedisScript<String> claim = script("claim", String.class);
    private final RedisScript<String> settle = script("settle", String.class);

    @SuppressWarnings("rawtypes")
    private final RedisScript<List> begin = script("begin", List.class);

    private final RedisScript<Long> finish = script("finish", Long.class);
    private final RedisScript<Long> leaveDead = script("leave-dead", Long.class);
    private final RedisScript<Long> prune = script("prune", Long.class);

    public WriteStatusStore(StringRedisTemplate redis, JsonMapper json, StatusProperties properties) {
        this.redis = redis;
        this.json = json;
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
                millis(write.acceptedAt())));
        args.addAll(fieldsOf(write));
        return Claim.labelled(
                run(claim, List.of(StatusKeys.write(write.writeId()), StatusKeys.depth(type.name())), args.toArray()));
    }

    /**
     * Ends the acceptance that this token claimed: {@link WriteState#ACCEPTED} or {@link WriteState#REFUSED}. If the write
     * has moved on (it was read from the log and is being delivered), it stays as it is.
     *
     * @return the state that the write has then; nothing if it is not known
     */
    public Optional<WriteState> settle(Write write, String token, WriteState state) {
        return WriteState.labelled(run(
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
                millis(now),
                millis(write.acceptedAt()),
                Long.toString(position),
                CHANGES,
                "fingerprint",
                fingerprint));
        args.addAll(fieldsOf(write));
        List<?> answer = run(begin, keysOf(write), args.toArray());
        return switch ((String) answer.getFirst()) {
            case "deliver" ->
                new BeginVerdict.Deliver(Integer.parseInt((String) answer.get(1)), attempts((String) answer.get(3)));
            case "not-yet" -> new BeginVerdict.NotBefore(Instant.ofEpochMilli(Long.parseLong((String) answer.get(2))));
            case "held" -> new BeginVerdict.Held();
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
                millis(nextAt),
                "attempts",
                attempts(history));
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
                attempts(history));
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
                attempts(history));
    }

    /** After the redrive's record was appended to the log. Answers whether it was a dead letter. */
    public boolean redriven(Write write, int redrive, Instant now) {
        return leaveDead(write, WriteState.ACCEPTED, redrive, "", now);
    }

    /** Answers whether it was a dead letter. */
    public boolean discard(Write write, String reason, Instant now) {
        return leaveDead(write, WriteState.DISCARDED, 0, reason, now);
    }

    public Optional<WriteStatus> find(String writeId) {
        Map<String, String> fields = redis.<String, String>opsForHash().entries(StatusKeys.write(writeId));
        return Optional.ofNullable(fields.get("state"))
                .flatMap(WriteState::labelled)
                .map(state -> status(writeId, state, fields));
    }

    /** The record of a dead letter in the dead letters' log, kept for dead letters only. */
    public Optional<String> letter(String writeId) {
        return Optional.ofNullable(redis.<String, String>opsForHash().get(StatusKeys.write(writeId), "letter"));
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

    /** Forgets, in the type's depth, the oldest writes whose acceptance never ended. Answers how many. */
    public long prune(String type) {
        return run(prune, List.of(StatusKeys.depth(type)), StatusKeys.write(""));
    }

    /** How many writes of the type are accepted and not finished. */
    public long depth(String type) {
        return Objects.requireNonNullElse(redis.opsForZSet().zCard(StatusKeys.depth(type)), 0L);
    }

    /** When the oldest unfinished write of the type was accepted. */
    public Optional<Instant> oldest(String type) {
        var first = redis.opsForZSet().rangeWithScores(StatusKeys.depth(type), 0, 0);
        return first == null
                ? Optional.empty()
                : first.stream()
                        .map(tuple -> tuple.getScore())
                        .filter(Objects::nonNull)
                        .map(score -> Instant.ofEpochMilli(score.longValue()))
                        .findFirst();
    }

    private void finish(Write write, WriteState state, String held, Instant now, String... fields) {
        List<String> args = new ArrayList<>(List.of(
                write.writeId(), state.label(), millis(now), Long.toString(retention.toMillis()), held, CHANGES));
        args.addAll(Arrays.asList(fields));
        run(finish, keysOf(write), args.toArray());
    }

    private boolean leaveDead(Write write, WriteState state, int redrive, String reason, Instant now) {
        return run(
                        leaveDead,
                        keysOf(write),
                        write.writeId(),
                        state.label(),
                        millis(now),
                        Long.toString(retention.toMillis()),
                        Integer.toString(redrive),
                        millis(write.acceptedAt()),
                        CHANGES,
                        reason)
                == 1;
    }

    private <T> T run(RedisScript<T> script, List<String> keys, Object... args) {
        return Objects.requireNonNull(redis.execute(script, keys, args), "the script answers nothing");
    }

    private static List<String> keysOf(Write write) {
        return List.of(
                StatusKeys.write(write.writeId()),
                StatusKeys.depth(write.type()),
                StatusKeys.DEAD,
                StatusKeys.held(write.orderingKey()));
    }

    private static List<String> fieldsOf(Write write) {
        List<String> fields = new ArrayList<>(List.of(
                "type", write.type(),
                "client", write.client(),
                "idempotencyKey", write.idempotencyKey(),
                "orderingKey", write.orderingKey(),
                "acceptedAt", millis(write.acceptedAt()),
                "updatedAt", millis(write.acceptedAt())));
        if (write.requestId() != null) {
            fields.addAll(List.of("requestId", write.requestId()));
        }
        return fields;
    }

    private WriteStatus status(String writeId, WriteState state, Map<String, String> fields) {
        Instant acceptedAt = instant(fields, "acceptedAt").orElse(Instant.EPOCH);
        return new WriteStatus(
                writeId,
                fields.getOrDefault("type", ""),
                state,
                fields.getOrDefault("client", ""),
                fields.getOrDefault("idempotencyKey", ""),
                fields.getOrDefault("orderingKey", ""),
                acceptedAt,
                instant(fields, "updatedAt").orElse(acceptedAt),
                attempts(fields.getOrDefault("attempts", "[]")),
                state == WriteState.RETRYING ? instant(fields, "nextAt").orElse(null) : null,
                text(fields, "readAfter"),
                text(fields, "reason"),
                Integer.parseInt(fields.getOrDefault("redrives", "0")),
                text(fields, "discardReason"),
                text(fields, "requestId"));
    }

    private static @Nullable String text(Map<String, String> fields, String field) {
        String value = fields.get(field);
        return value == null || value.isEmpty() ? null : value;
    }

    private static Optional<Instant> instant(Map<String, String> fields, String field) {
        return Optional.ofNullable(fields.get(field)).map(Long::parseLong).map(Instant::ofEpochMilli);
    }

    private List<Attempt> attempts(String text) {
        return json.readValue(text, ATTEMPTS);
    }

    private String attempts(List<Attempt> history) {
        int surplus = Math.max(0, history.size() - WriteStatus.MAX_ATTEMPTS);
        return json.writeValueAsString(history.subList(surplus, history.size()));
    }

    private static String millis(Instant instant) {
        return Long.toString(instant.toEpochMilli());
    }

    private static <T> RedisScript<T> script(String name, Class<T> answer) {
        DefaultRedisScript<T> script = new DefaultRedisScript<>();
        script.setLocation(new ClassPathResource("lua/" + name + ".lua"));
        script.setResultType(answer);
        return script;
    }
}
