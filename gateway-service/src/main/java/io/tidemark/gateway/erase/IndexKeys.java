package io.tidemark.gateway.erase;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of the index's sets in Redis, each alone in its slot. */
final class IndexKeys {
    private static final int MAX_PLAIN = 200;

    private IndexKeys() {}

    static String tag(String tag) {
        return "tidemark:tag:{" + bounded(tag) + '}';
    }

    /** @param path in normal form */
    static String path(String path) {
        return "tidemark:path:{" + bounded(path) + '}';
    }

    private static String bounded(String name) {
        if (name.length() <= MAX_PLAIN) {
            return name;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
