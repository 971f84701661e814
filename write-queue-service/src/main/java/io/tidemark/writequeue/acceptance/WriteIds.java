package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.digests.Sha256;
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
        return Sha256.half(Sha256.of(client + '\0' + idempotencyKey)); // NUL is in neither
    }

    static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
