package io.tidemark.state.keys;

import java.util.Base64;
import java.util.List;

/** Names that stand for users in keys: who reads the keys of a store learns nobody's name from them. Thread-safe. */
public final class UserNames {
    private static final int BYTES = 16;

    private final KeySet keys;

    public UserNames(KeySet keys) {
        this.keys = keys.derive("user names", "HmacSHA256");
    }

    /** The name that is used now: 22 characters of base64url. */
    public String of(String user) {
        return name(keys.first(), user);
    }

    /** That, and those under the other keys of the set. */
    public List<String> all(String user) {
        return keys.all().stream().map(key -> name(key, user)).toList();
    }

    private static String name(KeySet.Key key, String user) {
        byte[] mac = Macs.of(key.secret(), user);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(mac, BYTES));
    }
}
