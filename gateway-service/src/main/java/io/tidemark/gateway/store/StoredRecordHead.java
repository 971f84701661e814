package io.tidemark.gateway.store;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.Optional;

/**
 * What the eraser must know of a stored record.
 *
 * @param subject what purges match it by
 * @param filledAt the watermark when its request was sent
 */
public record StoredRecordHead(PurgeSubject subject, Position filledAt) {
    /** Reads the head of a record as it lies in the shared store; the store provides it. */
    @FunctionalInterface
    public interface Reader {
        /** The most bytes that a head takes. */
        default int maxBytes() {
            return 64 * 1024;
        }

        /**
         * Reads the first bytes of a record, up to {@link #maxBytes}; empty if it is none that this version can read:
         * such a record is deleted by any purge.
         */
        Optional<StoredRecordHead> read(byte[] firstBytes);
    }
}
