package io.tidemark.state.keys;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of one kind: one is used, all are accepted. The one that is used is the first, until something else is decided
 * ({@link #use}); what was derived of the set follows. Thread-safe.
 */
public final class KeySet {
    /** Bytes: what a secret has at least. */
    private static final int LEAST = 32;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,16}");

    private final List<Key> keys;
    private final Selection selection;

    /** Which is used: of a set and all that are derived of it. */
    private static final class Selection {
        private volatile int index;
    }

    /** A secret and the name that goes with what is made with it. */
    public record Key(String id, SecretKey secret) {}

    private KeySet(List<Key> keys, Selection selection) {
        this.keys = List.copyOf(keys);
        this.selection = selection;
    }

    /**
     * Reads secrets as they are configured.
     *
     * @param property named in what is wrong with them
     * @param lines each {@code <name>:<at least 32 bytes in base64>}
     * @throws IllegalArgumentException if there is none, or one is malformed, or two have a name; no message has a secret
     */
    public static KeySet parse(String property, List<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(property + " has no key: it needs <name>:<32 bytes in base64>");
        }
        List<Key> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        property + ": a key is <name>:<base64>, its name 1 to 16 of A-Z a-z 0-9 -");
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException(property + ": two keys are called " + name);
            }
            keys.add(new Key(name, new SecretKeySpec(secret(property, name, line.substring(colon + 1)), "Generic")));
        }
        return new KeySet(keys, new Selection());
    }

    private static byte[] secret(String property, String name, String base64) {
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(property + ": the key " + name + " is not base64");
        }
        if (secret.length < LEAST) {
            throw new IllegalArgumentException(
                    property + ": the key " + name + " has " + secret.length + " bytes; it needs " + LEAST);
        }
        return secret;
    }

    /**
     * Keys for one purpose, of these by HKDF with SHA-256 (RFC 5869), with their names: what one purpose gives away is of no use
     * to another.
     *
     * @param algorithm that they are for, as {@code HmacSHA256}; each has 32 bytes
     */
    public KeySet derive(String purpose, String algorithm) {
        try {
            KDF hkdf = KDF.getInstance("HKDF-SHA256");
            List<Key> derived = new ArrayList<>();
            for (Key key : keys) {
                HKDFParameterSpec how = HKDFParameterSpec.ofExtract()
                        .addIKM(key.secret)
                        .thenExpand(("tidemark " + purpose).getBytes(java.nio.charset.StandardCharsets.UTF_8), LEAST);
                derived.add(new Key(key.id, hkdf.deriveKey(algorithm, how)));
            }
            return new KeySet(derived, selection);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no HKDF", impossible);
        }
    }

    /** The one that is used. */
    public Key inUse() {
        return keys.get(selection.index);
    }

    /** Uses the one of this name from now on: false if there is none. */
    public boolean use(String name) {
        int index = names().indexOf(name);
        if (index >= 0) {
            selection.index = index;
        }
        return index >= 0;
    }

    /** Their names, in the order in which they are configured. */
    public List<String> names() {
        return keys.stream().map(Key::id).toList();
    }

    public List<Key> all() {
        return keys;
    }

    /** The one of that name, null if there is none. */
    public @Nullable Key find(String id) {
        for (Key key : keys) {
            if (key.id.equals(id)) {
                return key;
            }
        }
        return null;
    }

    /** Names only. */
    @Override
    public String toString() {
        return names().toString();
    }
}
