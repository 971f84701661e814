package io.tidemark.invalidation.sources;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256, computed with each of a source's secrets and compared in constant time. */
final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /**
     * Whether any candidate is the signature of the content under any secret.
     *
     * @param content the signed bytes, in parts
     */
    static boolean matches(List<byte[]> secrets, List<byte[]> candidates, byte[]... content) {
        boolean matches = false;
        for (byte[] secret : secrets) {
            byte[] expected = sign(secret, content);
            for (byte[] candidate : candidates) {
                matches |= MessageDigest.isEqual(expected, candidate);
            }
        }
        return matches;
    }

    static byte[] sign(byte[] secret, byte[]... content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            for (byte[] part : content) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
