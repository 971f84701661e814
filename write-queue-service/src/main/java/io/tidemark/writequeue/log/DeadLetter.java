package io.tidemark.writequeue.log;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
 */
public record DeadLetter(Write write, long position, int redrives, String reason, Instant at, JsonNode attempts) {
    private static final String MEMBER = "deadLetter";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // the write's 12.50 stays 12.50
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    public byte[] encode() {
        ObjectNode tree = (ObjectNode) JSON.readTree(RecordCodec.WRITE.encode(write));
        tree.putObject(MEMBER)
                .put("position", position)
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
        JsonNode letter = JSON.readTree(text).path(MEMBER);
        return new DeadLetter(
                RecordCodec.WRITE.decode(text.getBytes(StandardCharsets.UTF_8)),
                letter.path("position").asLong(),
                letter.path("redrives").asInt(),
                letter.path("reason").asString(),
                Instant.parse(letter.path("at").asString()),
                letter.path("attempts"));
    }
}
