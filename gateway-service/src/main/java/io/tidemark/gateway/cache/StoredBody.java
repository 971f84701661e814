package io.tidemark.gateway.cache;

import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bytes of a stored response: all of them, or one contiguous part (RFC 9111 §3.3). The array is not copied. */
public final class StoredBody {
    private static final long UNKNOWN = -1;

    private record Part(long first, long completeLength) {}

    private final byte[] bytes;
    private final @Nullable Part part;

    private StoredBody(byte[] bytes, @Nullable Part part) {
        this.bytes = Objects.requireNonNull(bytes);
        this.part = part;
    }

    public static StoredBody complete(byte[] bytes) {
        return new StoredBody(bytes, null);
    }

    /** A part that begins at {@code first}, counted from zero, of a representation whose length may be unknown. */
    public static StoredBody part(byte[] bytes, long first, OptionalLong completeLength) {
        return new StoredBody(bytes, new Part(first, completeLength.orElse(UNKNOWN)));
    }

    /** The array itself: not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    public long first() {
        return part == null ? 0 : part.first;
    }

    /** The place after the last byte. */
    long end() {
        return first() + bytes.length;
    }

    public int length() {
        return bytes.length;
    }

    public OptionalLong completeLength() {
        if (part == null) {
            return OptionalLong.of(bytes.length);
        }
        return part.completeLength == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(part.completeLength);
    }

    public boolean isComplete() {
        return part == null || (part.first == 0 && part.completeLength == bytes.length);
    }
}
