package io.tidemark.commons.digests;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes, or of a text in UTF-8. */
public final class Sha256 {
    private static final int HALF = 16;

    private Sha256() {}

    /** A digest that takes more. */
    public static MessageDigest begun() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    public static byte[] of(byte[] bytes) {
        return begun().digest(bytes);
    }

    public static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first half of a digest, in 32 hexadecimal digits: enough to tell things apart. */
    public static String half(byte[] digest) {
        return HexFormat.of().formatHex(digest, 0, HALF);
    }
}
