package io.tidemark.writequeue.log;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record of the dead letters' log: the write's own record, and with it
 * {@code "deadLetter":{"position":7,"redrives":0,"reason":"…","at":"2026-01-01T00:00:00Z","attempts":[…]}}.
 *
 * @param position the place of the write's first record
 * @param redrives how often it was redriven before
 * @param left why it is one no more, {@link #REDRIVEN}, {@link #DISCARDED} or {@link #ERASED}; a second record, behind the letter's own
 */
public record DeadLetter(
        Write write,
        long position,
        int redrives,
        String reason,
        Instant at,
        JsonNode attempts,
        @Nullable String left) {
    public static final String REDRIVEN = "redriven";
    public static final String DISCARDED = "discarded";
    public static final String ERASED = "erased";

    /** What a dead letter takes in Redis, in bytes, beside its record in the log. */
    public static final int BESIDE = 1024;

    /** What a letter has beside its write and its attempts, in bytes: numbers, a time, a reason. */
    static final int LEAST_ROOM = 2048;

    private static final String MEMBER = "deadLetter";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // the write's 12.50 stays 12.50
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** The record that says that it is no dead letter any more. */
    public DeadLetter left(String why) {
        return new DeadLetter(write, position, redrives, reason, at, attempts, why);
    }

    /** The record; where it would be larger than its log takes, without the attempts' answers, or without the attempts. */
    public byte[] encode(int largest) {
        byte[] whole = encode();
        int room = largest - write.orderingKey().getBytes(StandardCharsets.UTF_8).length;
        if (whole.length <= room) {
            return whole;
        }
        JsonNode brief = attempts.deepCopy();
        brief.forEach(attempt -> {
            if (attempt instanceof ObjectNode object) {
                object.remove("answer");
            }
        });
        byte[] without = with(brief).encode();
        return without.length <= room ? without : with(JSON.createArrayNode()).encode();
    }

    /** The same without what the client sent. */
    DeadLetter withoutData() {
        Write empty = new Write(
                Write.SCHEMA,
                write.writeId(),
                write.type(),
                write.client(),
                write.idempotencyKey(),
                write.orderingKey(),
                JSON.createObjectNode(),
                write.requestId(),
                write.traceparent(),
                write.acceptedAt());
        return new DeadLetter(empty, position, redrives, reason, at, attempts, left);
    }

    private DeadLetter with(JsonNode otherAttempts) {
        return new DeadLetter(write, position, redrives, reason, at, otherAttempts, left);
    }

    public byte[] encode() {
        ObjectNode tree = (ObjectNode) JSON.readTree(RecordCodec.WRITE.encode(write));
        ObjectNode letter = tree.putObject(MEMBER);
        if (left != null) {
            letter.put("left", left);
        }
        letter.put("position", position)
                .put("redrives", redrives)
                .put("reason", reason)
                .put("at", at.toString())
                .set("attempts", attempts);
        return JSON.writeValueAsBytes(tree);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws RecordCodec.UnreadableRecordException if it is no write, or one of another schema
     */
    public static DeadLetter decode(String text) {
        Write write = RecordCodec.WRITE.decode(text.getBytes(StandardCharsets.UTF_8));
        JsonNode letter = JSON.readTree(text).path(MEMBER);
        if (!letter.isObject()) {
            throw new RecordCodec.UnreadableRecordException("a write without \"" + MEMBER + '"');
        }
        return new DeadLetter(
                write,
                letter.path("position").asLong(),
                letter.path("redrives").asInt(),
                letter.path("reason").asString(),
                Instant.parse(letter.path("at").asString()),
                letter.path("attempts"),
                letter.has("left") ? letter.path("left").asString() : null);
    }
}
