package io.tidemark.contracts;

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
 * @param data what the client sent, as it was validated
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
        Instant acceptedAt) {
    public static final int SCHEMA = 1;

    public Write {
        // A record of the log is made by whatever may write to it: half a write is none.
        Objects.requireNonNull(writeId, "writeId");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(idempotencyKey, "idempotencyKey");
        Objects.requireNonNull(orderingKey, "orderingKey");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(acceptedAt, "acceptedAt");
    }
}
