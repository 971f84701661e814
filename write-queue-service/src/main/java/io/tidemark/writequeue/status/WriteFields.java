package io.tidemark.writequeue.status;

import io.tidemark.contracts.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A write as the fields of its hash in Redis, by example: {@code state delivering, type product.update, client ann,
 * idempotencyKey k1, orderingKey product:42, acceptedAt 1767225600000, updatedAt 1767225600100, round 1, nextAt 0,
 * attempts [{…}], redrives 0}, and {@code readAfter}, {@code reason}, {@code letter}, {@code discardReason},
 * {@code requestId} where there is one. Times are epoch milliseconds.
 */
@Component
class WriteFields {
    private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};

    private final JsonMapper json;

    WriteFields(JsonMapper json) {
        this.json = json;
    }

    /** What is known of a write from its record alone: name, value, name, value, … */
    static List<String> of(Write write) {
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

    /** Nothing if the fields are of no write. */
    Optional<WriteStatus> status(String writeId, Map<String, String> fields) {
        return Optional.ofNullable(fields.get("state"))
                .flatMap(WriteState::labelled)
                .map(state -> status(writeId, state, fields));
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

    List<Attempt> attempts(String text) {
        return json.readValue(text, ATTEMPTS);
    }

    /** The latest ones, at most {@link WriteStatus#MAX_ATTEMPTS}. */
    String attempts(List<Attempt> history) {
        int surplus = Math.max(0, history.size() - WriteStatus.MAX_ATTEMPTS);
        return json.writeValueAsString(history.subList(surplus, history.size()));
    }

    static String millis(Instant instant) {
        return Long.toString(instant.toEpochMilli());
    }

    private static @Nullable String text(Map<String, String> fields, String field) {
        String value = fields.get(field);
        return value == null || value.isEmpty() ? null : value;
    }

    private static Optional<Instant> instant(Map<String, String> fields, String field) {
        return Optional.ofNullable(fields.get(field)).map(Long::parseLong).map(Instant::ofEpochMilli);
    }
}
