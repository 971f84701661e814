package io.tidemark.commons.requests;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The id that a request keeps through all services: taken if well-formed, made if absent, passed on everywhere. */
public final class RequestId {
    /** The header that carries it, in requests and responses. */
    public static final String HEADER = "X-Request-Id";

    /** The key under which log lines carry it. */
    public static final String MDC_KEY = "requestId";

    /** The longest id that is taken from a client, in characters. */
    public static final int MAX_LENGTH = 128;

    private RequestId() {}

    /** The presented id if it is 1 to {@value #MAX_LENGTH} of {@code A-Z a-z 0-9 . _ : = + / -}, else a new one. */
    public static String of(@Nullable String presented) {
        return presented != null && isWellFormed(presented) ? presented : next();
    }

    /** A new id: 128 random bits as hexadecimal digits. Unique, not secret. */
    public static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    private static boolean isWellFormed(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean allowed = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || "._:=+/-".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
