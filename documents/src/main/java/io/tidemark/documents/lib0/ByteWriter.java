package io.tidemark.documents.lib0;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes lib0's encoding to an array that grows. For one thread. */
public final class ByteWriter {
    private byte[] bytes;
    private int size;

    /**
     * One that has nothing yet.
     *
     * @param capacity octets that are there before it grows
     */
    public ByteWriter(int capacity) {
        this.bytes = new byte[Math.max(16, capacity)];
    }

    /** Octets written. */
    public int size() {
        return size;
    }

    /** Begins again, with what was allocated. */
    public void clear() {
        size = 0;
    }

    /** One octet. */
    public ByteWriter octet(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** A number from 0 to {@link ByteReader#MAX_INTEGER}. */
    public ByteWriter integer(long value) {
        reserve(9);
        long rest = value;
        while (rest > 0x7F) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** Octets of another array, from {@code start} to before {@code end}, as they are. */
    public ByteWriter octets(byte[] source, int start, int end) {
        int length = end - start;
        reserve(length);
        System.arraycopy(source, start, bytes, size, length);
        size += length;
        return this;
    }

    /** A buffer: its length and its octets. */
    public ByteWriter buffer(byte[] source) {
        return integer(source.length).octets(source, 0, source.length);
    }

    /** A string. */
    public ByteWriter string(String value) {
        return buffer(value.getBytes(StandardCharsets.UTF_8));
    }

    /** All that another has written. */
    public ByteWriter append(ByteWriter other) {
        return octets(other.bytes, 0, other.size);
    }

    /** What another has written from {@code start} to before {@code end}. */
    public ByteWriter append(ByteWriter other, int start, int end) {
        return octets(other.bytes, start, end);
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.clamp(bytes.length * 2L, needed, Integer.MAX_VALUE - 8L));
        }
    }
}
