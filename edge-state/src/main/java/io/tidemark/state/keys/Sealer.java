package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a store keeps unreadable without its key, and useless elsewhere: AES-256-GCM, bound to where it lies. Sealed is
 * {@code format, the length of a name, that name, the nonce (12 bytes), what AES made with its tag (16 bytes)}; the name is that of
 * a key of the set (format 1), or of the subject whose data key it was (format 2). Thread-safe.
 */
public final class Sealer {
    private static final byte BY_KEY_SET = 1;
    private static final byte BY_DATA_KEY = 2;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int LEAST = 2 + 1 + NONCE + TAG_BITS / 8;

    private final KeySet keys;
    private final String purpose;
    private final String region;
    private final SecureRandom random = new SecureRandom();

    /** What became of something sealed. */
    public sealed interface Opened {}

    /** It is as it was sealed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Plain(byte[] bytes) implements Opened {}

    /** It counts as absent. */
    public enum Unreadable implements Opened {
        /** It was sealed with a key that this set does not have. */
        UNKNOWN_KEY,
        /** Its subject has no data key, any more: it was erased, or nobody used the key for its lifetime. */
        NO_DATA_KEY,
        /** It was changed, or lay elsewhere, or is of another format. */
        DAMAGED;

        /** As in metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param region part of each place: what was sealed in one does not open in another, though it had the same keys */
    public Sealer(KeySet keys, String purpose, String region) {
        this.keys = keys.derive(purpose, "AES");
        this.purpose = purpose;
        this.region = region;
    }

    /**
     * Seals a text with the key of the set that is used.
     *
     * @param place where it will lie: it opens nowhere else
     */
    public byte[] seal(byte[] plain, String place) {
        KeySet.Key key = keys.inUse();
        return seal(BY_KEY_SET, key.id(), key.secret(), plain, region + '/' + place);
    }

    /** Seals a text with the key of its subject. */
    public byte[] seal(byte[] plain, String place, DataKey key) {
        return seal(BY_DATA_KEY, key.subject(), key.secret(), plain, region + '/' + purpose + '/' + place);
    }

    private byte[] seal(byte format, String name, SecretKey secret, byte[] plain, String place) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher aes = cipher(Cipher.ENCRYPT_MODE, secret, nonce, place);
            ByteBuffer sealed = ByteBuffer.allocate(2 + name.length() + NONCE + aes.getOutputSize(plain.length));
            sealed.put(format)
                    .put((byte) name.length())
                    .put(name.getBytes(US_ASCII))
                    .put(nonce);
            aes.doFinal(ByteBuffer.wrap(plain), sealed);
            return sealed.array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no AES-GCM", impossible);
        }
    }

    /** Opens what a key of the set has sealed. */
    public Opened open(byte[] sealed, String place) {
        String name = name(sealed, BY_KEY_SET);
        if (name == null) {
            return Unreadable.DAMAGED;
        }
        KeySet.Key key = keys.find(name);
        return key == null ? Unreadable.UNKNOWN_KEY : open(sealed, name, key.secret(), region + '/' + place);
    }

    /** Opens what a subject's key has sealed. */
    public Opened open(byte[] sealed, String place, DataKey key) {
        String name = name(sealed, BY_DATA_KEY);
        return name == null || !name.equals(key.subject())
                ? Unreadable.DAMAGED
                : open(sealed, name, key.secret(), region + '/' + purpose + '/' + place);
    }

    private static Opened open(byte[] sealed, String name, SecretKey secret, String place) {
        int start = 2 + name.length() + NONCE;
        byte[] nonce = Arrays.copyOfRange(sealed, start - NONCE, start);
        try {
            return new Plain(
                    cipher(Cipher.DECRYPT_MODE, secret, nonce, place).doFinal(sealed, start, sealed.length - start));
        } catch (GeneralSecurityException changed) {
            return Unreadable.DAMAGED;
        }
    }

    /** The name of the subject whose data key has sealed this; null if a key of the set has, or it is nothing sealed. */
    public static @Nullable String subject(byte[] sealed) {
        return name(sealed, BY_DATA_KEY);
    }

    /** The name of the key of a set that has sealed this; null if a data key has, or it is nothing sealed. */
    public static @Nullable String keyName(byte[] sealed) {
        return name(sealed, BY_KEY_SET);
    }

    /** Whether the key of the set that is used has sealed this. */
    boolean isUnderKeyInUse(byte[] sealed) {
        return keys.inUse().id().equals(keyName(sealed));
    }

    private static @Nullable String name(byte[] sealed, byte format) {
        if (sealed.length < LEAST || sealed[0] != format) {
            return null;
        }
        int length = sealed[1];
        return length < 1 || sealed.length < LEAST - 1 + length ? null : new String(sealed, 2, length, US_ASCII);
    }

    private static Cipher cipher(int mode, SecretKey secret, byte[] nonce, String place)
            throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/GCM/NoPadding");
        aes.init(mode, secret, new GCMParameterSpec(TAG_BITS, nonce));
        aes.updateAAD(place.getBytes(UTF_8));
        return aes;
    }
}
