package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@link Topics#KEYS}: from now on this key of a set is used, for all that are to read what is made with it have it.
 *
 * @param set as in {@link KeyHoldings}
 * @param region whose set it is; null where all regions have the same
 * @param key its name
 */
public record KeyPromotion(
        int schema,
        String set,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String region,
        String key,
        Instant promotedAt) {
    public static final int SCHEMA = 1;

    /** The record's key: the set, and its region. */
    public String scope() {
        return region == null ? set : set + '/' + region;
    }
}
