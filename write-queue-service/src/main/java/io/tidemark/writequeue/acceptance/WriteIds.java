package io.tidemark.writequeue.acceptance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Ids of writes: 128 bits in hexadecimal digits. With an idempotency key they are derived from it and its client, so that
 * a request that is repeated after a crash means the same write, whatever was stored of it.
 */
final class WriteIds {
    private static final SecureRandom RANDOM = new SecureRandom();

    private WriteIds() {}

    static String derived(String client, String idempotencyKey) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(client.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0); // in neither of the two
            digest.update(idempotencyKey.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
