package io.tidemark.invalidation.pollers;

import io.tidemark.invalidation.pollers.PollersProperties.Kind;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the fleet page shows of a poller. Times are ISO 8601, by the polling instance's wall clock.
 *
 * @param known false while Redis, where this is kept, does not answer
 * @param cursor the cursor or version that was read last
 * @param lastFailure when a poll failed last, and why
 */
public record PollerStatus(
        String name,
        Kind kind,
        URI url,
        boolean known,
        @Nullable String cursor,
        @Nullable String lastSuccess,
        @Nullable String lastPurge,
        @Nullable String lastFailure,
        @Nullable String failure) {}
