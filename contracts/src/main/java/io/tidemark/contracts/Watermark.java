package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@link Topics#WATERMARKS}: a gateway says how far it has read the purges. Sent at once when the
 * watermark moves and every 500 ms as a heartbeat. A gateway that has stopped serving for good sends a null value.
 *
 * @param instance the running process: a new one after each start
 * @param position the last purge applied
 * @param state what the gateway does with its cache
 * @param uncoveredRoutes routes that serve while cut off ({@code serve-with-warning}): no receipt speaks for them
 * @param appliedAt the gateway's wall clock when the watermark last moved
 * @param sentAt the gateway's wall clock at sending
 * @param keys which keys it holds; null from a version that does not say it
 * @param erases the stores that it, and its region's eraser, erase persons from; the first is {@link #MEMORY}, of which nothing is
 *     left when the watermark says so. None for a version that cannot erase persons
 */
public record Watermark(
        int schema,
        String region,
        String colo,
        String instance,
        Position position,
        State state,
        List<String> uncoveredRoutes,
        Instant appliedAt,
        Instant sentAt,
        Stats stats,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable KeyHoldings keys,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> erases) {
    public static final int SCHEMA = 1;

    /** The store that each gateway has in itself. */
    public static final String MEMORY = "memory";

    public enum State {
        /** Reads the log up to its end before it uses its cache. */
        @JsonProperty("replaying")
        REPLAYING,
        /** Uses its cache. */
        @JsonProperty("serving")
        SERVING
    }

    /**
     * What the fleet page shows of a gateway. Counts are since its start.
     *
     * @param localBytes bytes held in the local store
     */
    public record Stats(
            long hits,
            long staleHits,
            long misses,
            long bypasses,
            long originCalls,
            long localEntries,
            long localBytes) {
        public static final Stats NONE = new Stats(0, 0, 0, 0, 0, 0, 0);
    }

    public Watermark {
        uncoveredRoutes = List.copyOf(uncoveredRoutes);
        erases = erases == null ? List.of() : List.copyOf(erases);
    }

    /** One that says nothing of keys, of a gateway that erases no persons. */
    public Watermark(
            int schema,
            String region,
            String colo,
            String instance,
            Position position,
            State state,
            List<String> uncoveredRoutes,
            Instant appliedAt,
            Instant sentAt,
            Stats stats) {
        this(
                schema,
                region,
                colo,
                instance,
                position,
                state,
                uncoveredRoutes,
                appliedAt,
                sentAt,
                stats,
                null,
                List.of());
    }
}
