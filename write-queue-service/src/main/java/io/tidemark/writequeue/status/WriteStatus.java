package io.tidemark.writequeue.status;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a write.
 *
 * @param attempts the latest, at most {@link #MAX_ATTEMPTS}
 * @param nextAttemptAt while retrying
 * @param readAfter once delivered, if it purged anything: the position for {@code Edge-Read-After}
 * @param reason why it is a dead letter
 * @param redrives how often it was redriven
 * @param discardReason why it is not to be delivered, if somebody decided so
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WriteStatus(
        String writeId,
        String type,
        @JsonIgnore WriteState state,
        String client,
        String idempotencyKey,
        String orderingKey,
        Instant acceptedAt,
        Instant updatedAt,
        List<Attempt> attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable String readAfter,
        @Nullable String reason,
        int redrives,
        @Nullable String discardReason,
        @Nullable String requestId) {
    /** How many attempts are kept. */
    public static final int MAX_ATTEMPTS = 24;

    /** The same as its client sees it. */
    public WriteStatus of(String name) {
        return new WriteStatus(
                writeId,
                type,
                state,
                name,
                idempotencyKey,
                orderingKey,
                acceptedAt,
                updatedAt,
                attempts,
                nextAttemptAt,
                readAfter,
                reason,
                redrives,
                discardReason,
                requestId);
    }

    @JsonProperty("status")
    String status() {
        return state.publicLabel();
    }
}
