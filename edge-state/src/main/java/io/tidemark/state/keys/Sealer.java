package io.tidemark.state.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Makes what a store keeps unreadable without its key, and useless elsewhere: AES-256-GCM, bound to where it lies. Sealed is
 * {@code 1, the length of the key's name, that name, the nonce (12 bytes), what AES made with its tag (16 bytes)}. Thread-safe.
 */
public final class Sealer {
    private static final byte FORMAT = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int LEAST = 2 + 1 + NONCE + TAG_BITS / 8;

    private final KeySet keys;
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
        /** It was changed, or lay elsewhere, or is of another format. */
        DAMAGED
    }

    /** @param region part of each place: what was sealed in one does not open in another, though it had the same keys */
    public Sealer(KeySet keys, String purpose, String region) {
        this.keys = keys.derive(purpose, "AES");
        this.region = region;
    }

    /**
     * Seals a text.
     *
     * @param place where it will lie: it opens nowhere else
     */
    public byte[] seal(byte[] plain, String place) {
        KeySet.Key key = keys.first();
        byte[] name = key.id().getBytes(US_ASCII);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher aes = cipher(Cipher.ENCRYPT_MODE, key, nonce, place);
            ByteBuffer sealed = ByteBuffer.allocate(2 + name.length + NONCE + aes.getOutputSize(plain.length));
            sealed.put(FORMAT).put((byte) name.length).put(name).put(nonce);
            aes.doFinal(ByteBuffer.wrap(plain), sealed);
            return sealed.array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no AES-GCM", impossible);
        }
    }

    public Opened open(byte[] sealed, String place) {
        if (sealed.length < LEAST || sealed[0] != FORMAT) {
            return Unreadable.DAMAGED;
        }
        int length = sealed[1];
        if (length < 1 || sealed.length < LEAST - 1 + length) {
            return Unreadable.DAMAGED;
        }
        KeySet.Key key = keys.find(new String(sealed, 2, length, US_ASCII));
        if (key == null) {
            return Unreadable.UNKNOWN_KEY;
        }
        byte[] nonce = java.util.Arrays.copyOfRange(sealed, 2 + length, 2 + length + NONCE);
        int start = 2 + length + NONCE;
        try {
            return new Plain(
                    cipher(Cipher.DECRYPT_MODE, key, nonce, place).doFinal(sealed, start, sealed.length - start));
        } catch (GeneralSecurityException changed) {
            return Unreadable.DAMAGED;
        }
    }

    private Cipher cipher(int mode, KeySet.Key key, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/GCM/NoPadding");
        aes.init(mode, key.secret(), new GCMParameterSpec(TAG_BITS, nonce));
        aes.updateAAD((region + '/' + place).getBytes(UTF_8));
        return aes;
    }
}
