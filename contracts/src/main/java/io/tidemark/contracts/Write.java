package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One record of {@link Topics#WRITES}: an accepted write.
 *
 * @param writeId derived from client and idempotency key
 * @param type the configured write type
 * @param client who sent it
 * @param idempotencyKey passed on to the origin
 * @param orderingKey writes with the same one are delivered in the order of their acceptance
 * @param data what the client sent, as it was validated; nothing if it is sealed
 * @param sealed of a personal write: its client's name and key, its ordering key and its data, sealed with the client's data key, in
 *     base64; then {@code client} and {@code orderingKey} are names that stand for those. Null for others
 */
public record Write(
        int schema,
        String writeId,
        String type,
        String client,
        String idempotencyKey,
        String orderingKey,
        JsonNode data,
        @Nullable String requestId,
        @Nullable String traceparent,
        Instant acceptedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String sealed) {
    public static final int SCHEMA = 1;

    /** That of sealed writes: a version that does not know it must not deliver one. */
    public static final int SEALED_SCHEMA = 2;

    /** One that is not sealed. */
    public Write(
            int schema,
            String writeId,
            String type,
            String client,
            String idempotencyKey,
            String orderingKey,
            JsonNode data,
            @Nullable String requestId,
            @Nullable String traceparent,
            Instant acceptedAt) {
        this(
                schema,
                writeId,
                type,
                client,
                idempotencyKey,
                orderingKey,
                data,
                requestId,
                traceparent,
                acceptedAt,
                null);
    }

    /** The same, sent on in this step of a trace. */
    public Write tracedAs(String step) {
        return new Write(
                schema, writeId, type, client, idempotencyKey, orderingKey, data, requestId, step, acceptedAt, sealed);
    }

    public Write {
        // A record of the log is made by whatever may write to it: half a write is none.
        Objects.requireNonNull(writeId, "writeId");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(idempotencyKey, "idempotencyKey");
        Objects.requireNonNull(orderingKey, "orderingKey");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(acceptedAt, "acceptedAt");
        if ((schema == SEALED_SCHEMA) != (sealed != null)) {
            throw new IllegalArgumentException("a write of schema " + SEALED_SCHEMA + " is sealed, and no other is");
        }
    }
}
