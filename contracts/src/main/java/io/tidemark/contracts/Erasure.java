package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@link Topics#ERASURES}: a region's Redis no longer holds what a purge covers; of the erasure of a person,
 * what each store of that place still holds.
 *
 * @param region the region, or {@link #WRITE_QUEUE}
 * @param position the purge
 * @param purgeId the purge's id
 * @param deleted how much was deleted in all
 * @param stores of an erasure of a person, by their names; null for other purges
 */
public record Erasure(
        int schema,
        String region,
        Position position,
        String purgeId,
        long deleted,
        long tookMs,
        Instant erasedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Store> stores) {
    public static final int SCHEMA = 1;

    /** Where the write queue keeps what it keeps, which is no region. */
    public static final String WRITE_QUEUE = "write-queue";

    /**
     * What became of a person in one store.
     *
     * @param deleted how much was deleted there
     * @param left how much is still there: 0 once it is done
     */
    public record Store(long deleted, long left) {}

    public Erasure {
        stores = stores == null ? null : new TreeMap<>(stores);
    }

    /** That of a purge which erases no person. */
    public Erasure(
            int schema, String region, Position position, String purgeId, long deleted, long tookMs, Instant erasedAt) {
        this(schema, region, position, purgeId, deleted, tookMs, erasedAt, null);
    }
}
