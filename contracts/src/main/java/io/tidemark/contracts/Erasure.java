package io.tidemark.contracts;

import java.time.Instant;

/**
 * One record of {@link Topics#ERASURES}: a region's Redis no longer holds what a purge covers.
 *
 * @param position the purge
 * @param purgeId the purge's id
 * @param deleted how many stored responses were deleted
 */
public record Erasure(
        int schema, String region, Position position, String purgeId, long deleted, long tookMs, Instant erasedAt) {
    public static final int SCHEMA = 1;
}
