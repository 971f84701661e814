package io.tidemark.invalidation.sources;

import org.jspecify.annotations.Nullable;

/**
 * What a verifier looks at.
 *
 * @param headers the value of a header by its name in any case, null if it is absent
 * @param body the raw bytes
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and not copied: it is large
public record SignedRequest(Headers headers, byte[] body) {
    /** Looks a header up. */
    @FunctionalInterface
    public interface Headers {
        @Nullable
        String get(String name);
    }
}
