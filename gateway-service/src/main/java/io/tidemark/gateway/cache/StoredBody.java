package io.tidemark.gateway.cache;

import java.util.Objects;
import java.util.OptionalLong;

/** The bytes of a stored response: all of them, or one contiguous part (RFC 9111 §3.3). The array is not copied. */
public final class StoredBody {
    private static final long UNKNOWN = -1;

    private final byte[] bytes;
    private final long first;
    private final long completeLength;

    private StoredBody(byte[] bytes, long first, long completeLength) {
        this.bytes = Objects.requireNonNull(bytes);
        this.first = first;
        this.completeLength = completeLength;
    }

    public static StoredBody complete(byte[] bytes) {
        return new StoredBody(bytes, 0, bytes.length);
    }

    /** A part that begins at {@code first}, counted from zero, of a representation whose length may be unknown. */
    public static StoredBody part(byte[] bytes, long first, OptionalLong completeLength) {
        return new StoredBody(bytes, first, completeLength.orElse(UNKNOWN));
    }

    /** The array itself: not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    public long first() {
        return first;
    }

    /** The place after the last byte. */
    long end() {
        return first + bytes.length;
    }

    public int length() {
        return bytes.length;
    }

    public OptionalLong completeLength() {
        return completeLength == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(completeLength);
    }

    public boolean isComplete() {
        return first == 0 && completeLength == bytes.length;
    }
}
