package io.tidemark.gateway.store;

import java.util.Optional;

/** Reads for the eraser what purges match a record by, and where it was filled. */
public final class StoredRecordHeads implements StoredRecordHead.Reader {
    @Override
    public Optional<StoredRecordHead> read(byte[] firstBytes) {
        try {
            return Optional.of(StoredResponseCodec.head(firstBytes));
        } catch (StoredResponseCodec.UnreadableException unreadable) {
            return Optional.empty();
        }
    }
}
