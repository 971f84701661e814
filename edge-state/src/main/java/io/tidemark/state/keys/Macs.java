package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC-SHA-256 (RFC 2104). */
public final class Macs {
    /** To look for one costs as much as to use it. */
    private static final ThreadLocal<Mac> OF_THREAD = ThreadLocal.withInitial(Macs::made);

    private Macs() {}

    private static Mac made() {
        try {
            return Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no HmacSHA256", impossible);
        }
    }

    /** 32 bytes. */
    public static byte[] of(SecretKey key, String text) {
        Mac mac = OF_THREAD.get();
        try {
            mac.init(key);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a key that is none of HmacSHA256's", impossible);
        }
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
