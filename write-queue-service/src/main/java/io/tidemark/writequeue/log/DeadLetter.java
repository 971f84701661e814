package io.tidemark.writequeue.log;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record of the dead letters' log: the write's own record, and with it
 * {@code "deadLetter":{"position":7,"redrives":0,"reason":"…","at":"2026-01-01T00:00:00Z","attempts":[…]}}.
 *
 * @param position the place of the write's first record
 * @param redrives how often it was redriven before
 */
public record DeadLetter(Write write, long position, int redrives, String reason, Instant at, JsonNode attempts) {
    private static final String MEMBER = "deadLetter";

    public byte[] encode(JsonMapper json) {
        ObjectNode tree = (ObjectNode) json.readTree(RecordCodec.WRITE.encode(write));
        tree.putObject(MEMBER)
                .put("position", position)
                .put("redrives", redrives)
                .put("reason", reason)
                .put("at", at.toString())
                .set("attempts", attempts);
        return json.writeValueAsBytes(tree);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws RecordCodec.UnreadableRecordException if it is no write, or one of another schema
     */
    public static DeadLetter decode(String text, JsonMapper json) {
        JsonNode letter = json.readTree(text).path(MEMBER);
        return new DeadLetter(
                RecordCodec.WRITE.decode(text.getBytes(StandardCharsets.UTF_8)),
                letter.path("position").asLong(),
                letter.path("redrives").asInt(),
                letter.path("reason").asString(),
                Instant.parse(letter.path("at").asString()),
                letter.path("attempts"));
    }
}
