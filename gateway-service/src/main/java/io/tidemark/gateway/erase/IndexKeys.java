package io.tidemark.gateway.erase;

import io.tidemark.commons.digests.Sha256;
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
        return name.length() <= MAX_PLAIN ? name : "sha256-" + HexFormat.of().formatHex(Sha256.of(name));
    }
}
