package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.http.Headers;
import java.util.OptionalLong;

/** Puts parts of one representation together (RFC 9111 §3.4). */
final class PartialContent {
    private PartialContent() {}

    /** Whether both are certainly of one representation: they share a strong entity tag. */
    static boolean isOfOne(Headers one, Headers other) {
        String etag = one.first("ETag");
        return etag != null && Validators.isStrong(etag) && etag.equals(other.first("ETag"));
    }

    /**
     * The new part with what the stored one adds to it at either end; just the new one where they do not meet. What is put
     * together has the newer fields and the older position.
     */
    static StoredResponse extend(StoredResponse stored, StoredResponse fresh) {
        StoredBody one = stored.body();
        StoredBody other = fresh.body();
        boolean meets = one.first() <= other.end() && other.first() <= one.end();
        if (!meets || !sameLength(one.completeLength(), other.completeLength())) {
            return fresh;
        }
        long first = Math.min(one.first(), other.first());
        byte[] bytes = new byte[Math.toIntExact(Math.max(one.end(), other.end()) - first)];
        System.arraycopy(one.bytes(), 0, bytes, (int) (one.first() - first), one.length());
        System.arraycopy(other.bytes(), 0, bytes, (int) (other.first() - first), other.length());
        return new StoredResponse(
                fresh.head(),
                fresh.variant(),
                StoredBody.part(bytes, first, other.completeLength()),
                older(stored.filledAt(), fresh.filledAt()),
                fresh.subject());
    }

    private static boolean sameLength(OptionalLong one, OptionalLong other) {
        return one.isPresent() && one.equals(other);
    }

    private static Position older(Position one, Position other) {
        return one.isAtOrPast(other) ? other : one;
    }
}
