package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.digests.Sha256;
import io.tidemark.invalidation.sources.Source;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A request that its source has signed.
 *
 * @param id the sender's; the same for each attempt to deliver it
 * @param digest of the body: another body under the same id is another message
 * @param content what the body says
 */
record Message<T>(Source source, String id, String digest, T content) {
    static <T> Message<T> of(Source source, String id, byte[] body, T content) {
        return new Message<>(source, id, Sha256.half(Sha256.of(body)), content);
    }

    <U> Message<U> with(U other) {
        return new Message<>(source, id, digest, other);
    }

    /**
     * The id of the purge that the message becomes: derived from it (UUID version 8, RFC 9562 section 5.8), so that the log itself
     * tells whether the message is in it, whatever Redis has forgotten.
     */
    String purgeId() {
        String name = source.name().length() + ":" + source.name() + ' ' + digest + ' ' + id;
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(name));
        long high = (hash.getLong() & ~0xF000L) | 0x8000L;
        long low = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low).toString();
    }
}
