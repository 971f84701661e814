package io.tidemark.gateway.overload;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.overload.*}.
 *
 * @param budget how much may be held for clients and origins at a time; an eighth of the heap by default
 */
@ConfigurationProperties(value = "tidemark.overload", ignoreUnknownFields = false)
record OverloadProperties(@Nullable DataSize budget) {
    private static final int SHARE_OF_HEAP = 8;

    OverloadProperties {
        if (budget != null && budget.toBytes() < 1024) {
            throw new IllegalArgumentException("tidemark.overload.budget must be at least 1KB: " + budget);
        }
    }

    long bytes(long heapBytes) {
        return budget != null ? budget.toBytes() : heapBytes / SHARE_OF_HEAP;
    }
}
