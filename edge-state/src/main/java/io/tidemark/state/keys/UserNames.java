package io.tidemark.state.keys;

import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names that stand for users, in keys of a store and in records of the log: who reads them learns nobody's name. They are the same in
 * all regions, {@code <name of the key>.<22 characters of base64url>}, a keyed hash; so a user has one for each key of the set.
 * What looks for a user looks for {@link #all}. Thread-safe.
 */
public final class UserNames {
    private static final int BYTES = 16;
    private static final String PURPOSE = "user names";

    private final KeySet keys;
    private final List<KeySet.Key> former;

    /** @param keys {@code tidemark.state.subject-keys} */
    public UserNames(KeySet keys) {
        this(keys.derive(PURPOSE, "HmacSHA256"), List.of());
    }

    private UserNames(KeySet keys, List<KeySet.Key> former) {
        this.keys = keys;
        this.former = former;
    }

    /** With the names that the keys of one region gave users before all regions had the same: they still find them. */
    public UserNames andFormer(KeySet regions) {
        return new UserNames(keys, regions.derive(PURPOSE, "HmacSHA256").all());
    }

    /** The name that is used now: 24 to 39 characters of {@code A-Z a-z 0-9 - _ .} */
    public String of(String user) {
        return name(keys.inUse(), user);
    }

    /** That, and those under the other keys of the set. */
    public List<String> all(String user) {
        return Stream.concat(
                        keys.all().stream().map(key -> name(key, user)),
                        former.stream().map(key -> hash(key, user)))
                .toList();
    }

    private static String name(KeySet.Key key, String user) {
        return key.id() + '.' + hash(key, user);
    }

    private static String hash(KeySet.Key key, String user) {
        byte[] mac = Macs.of(key.secret(), user);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(mac, BYTES));
    }
}
