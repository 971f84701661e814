package io.tidemark.invalidation.webhooks;

import io.tidemark.invalidation.sources.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
        return new Message<>(source, id, HexFormat.of().formatHex(sha256(body), 0, 16), content);
    }

    <U> Message<U> with(U other) {
        return new Message<>(source, id, digest, other);
    }

    /**
     * The id of the purge that the message becomes: derived from it (UUID version 8, RFC 9562 section 5.8), so that the log itself
     * tells whether the message is in it, whatever Redis has forgotten.
     */
    String purgeId() {
        byte[] name = (source.name().length() + ":" + source.name() + ' ' + digest + ' ' + id)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer hash = ByteBuffer.wrap(sha256(name));
        long high = (hash.getLong() & ~0xF000L) | 0x8000L;
        long low = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low).toString();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
