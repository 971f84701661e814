package io.tidemark.gateway.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Stands for values: HMAC-SHA-256 over their tokens, 22 characters of base64url. Without the key nobody finds the value by trying.
 *
 * @param key null where no rule hashes
 */
public record KeyedHash(@Nullable SecretKey key) {
    private static final int BYTES = 16;

    /** One value's. */
    static final class Running {
        private final Mac mac;

        private Running(Mac mac) {
            this.mac = mac;
        }

        /** One token more; each is preceded by its length, so that no two rows of them are the same. */
        void add(String kind, String text) {
            byte[] bytes = text.getBytes(UTF_8);
            mac.update((kind + ' ' + bytes.length + ':').getBytes(UTF_8));
            mac.update(bytes);
        }

        String end() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac.doFinal(), BYTES));
        }
    }

    Running begin() {
        if (key == null) {
            throw new IllegalStateException("no key");
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return new Running(mac);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no HmacSHA256", impossible);
        }
    }
}
