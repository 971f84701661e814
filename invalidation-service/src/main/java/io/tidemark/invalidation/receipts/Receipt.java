package io.tidemark.invalidation.receipts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far one purge has come, as it is shown. Times are wall clocks: {@code appliedAt} the gateway's,
 * {@code completeAt} this service's; nothing is decided by them. {@code tookMs} is by this service's monotonic clock, from when
 * it read the purge. For a purge that was published before this instance started, times are upper bounds, {@code tookMs} is the
 * difference of wall clocks, {@code completeAt} is the latest {@code appliedAt}, and null until the gateways of then were heard
 * or their leases have run out.
 *
 * @param complete no gateway serves anything older than this purge; of the erasure of a person: no store has anything of them
 * @param completeAt null until it is complete
 * @param tookMs until it was complete, null until it is complete
 * @param regions by name
 */
public record Receipt(
        String id,
        Position position,
        String source,
        List<Target> targets,
        Purge.Mode mode,
        @Nullable String requestId,
        Instant publishedAt,
        boolean complete,
        @Nullable Instant completeAt,
        @Nullable Long tookMs,
        Map<String, Region> regions) {
    /** The same with other targets. */
    public Receipt withTargets(List<Target> others) {
        return new Receipt(
                id, position, source, others, mode, requestId, publishedAt, complete, completeAt, tookMs, regions);
    }

    /**
     * One region's part.
     *
     * @param complete every live gateway of the region has applied it
     * @param gateways those that were asked to apply it
     * @param erased what was deleted from the region's Redis, null until it was
     * @param uncoveredRoutes routes for which this receipt does not speak: they serve while they are cut off
     * @param stores of the erasure of a person, by their names; null for other purges
     */
    public record Region(
            boolean complete,
            @Nullable Instant completeAt,
            @Nullable Long tookMs,
            List<Gateway> gateways,
            @Nullable Erased erased,
            List<String> uncoveredRoutes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Store> stores) {}

    /**
     * What one store still has of a person.
     *
     * @param left null until the store was reached
     * @param deleted null where it is not counted
     */
    public record Store(
            @Nullable Long left,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long deleted) {}

    public record Gateway(
            String colo,
            String instance,
            State state,
            boolean applied,
            @Nullable Instant appliedAt,
            @Nullable Long tookMs) {}

    public enum State {
        /** Not yet heard to have applied it. */
        @JsonProperty("awaited")
        AWAITED,
        /** It has. */
        @JsonProperty("applied")
        APPLIED,
        /** Its lease ran out: by its own fence it uses nothing from its cache, and it replays the log before it does. */
        @JsonProperty("left-out")
        LEFT_OUT
    }

    public record Erased(long deleted, Instant at, long tookMs) {
        static @Nullable Erased of(@Nullable Erasure erasure) {
            return erasure == null ? null : new Erased(erasure.deleted(), erasure.erasedAt(), erasure.tookMs());
        }
    }
}
