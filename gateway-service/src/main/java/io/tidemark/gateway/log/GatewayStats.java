package io.tidemark.gateway.log;

import io.tidemark.contracts.Watermark;
import java.util.List;

/** What this gateway says of itself in its heartbeats; the cache provides it. */
public interface GatewayStats {
    GatewayStats NONE = () -> Watermark.Stats.NONE;

    /** Counts since the start. */
    Watermark.Stats stats();

    /** The ids of routes that serve from the cache while cut off ({@code serve-with-warning}). */
    default List<String> uncoveredRoutes() {
        return List.of();
    }

    /** The stores that persons are erased from: this gateway's memory, and those of its region. */
    default List<String> erases() {
        return List.of(Watermark.MEMORY);
    }
}
