package io.tidemark.writequeue.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of the origin for a write.
 *
 * @param number within its round: counted from 1, and from 1 again after a redrive
 * @param startedAt the delivering instance's wall clock
 * @param status the origin's status code, if it answered
 * @param error why there was no answer
 * @param answer the first 2 KiB of the answer's body
 * @param retryInMs how long until the next attempt, if there is to be one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Attempt(
        int number,
        Instant startedAt,
        long tookMs,
        @Nullable Integer status,
        @Nullable String error,
        @Nullable String answer,
        @Nullable Long retryInMs) {}
