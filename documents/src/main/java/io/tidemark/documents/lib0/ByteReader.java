package io.tidemark.documents.lib0;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads lib0's encoding from a range of an array, which it keeps and never changes. No length is trusted: one that says more than
 * is there is malformed before anything is allocated for it. For one thread.
 */
public final class ByteReader {
    /** The greatest integer that every client can hold: 2^53 - 1. */
    public static final long MAX_INTEGER = (1L << 53) - 1;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** Of the whole array. */
    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** From {@code start} to before {@code end}. */
    public ByteReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** Where the next octet is in the array. */
    public int at() {
        return at;
    }

    /** Octets not yet read. */
    public int remaining() {
        return end - at;
    }

    /** The array that is read, not a copy. */
    public byte[] array() {
        return bytes;
    }

    /** One octet, 0 to 255. */
    public int octet() {
        if (at >= end) {
            throw malformed("ends early");
        }
        return bytes[at++] & 0xFF;
    }

    /** A number of at most {@link #MAX_INTEGER}. */
    public long integer() {
        if (at < end && bytes[at] >= 0) {
            return bytes[at++];
        }
        return integer(0, 0);
    }

    /** Passes over a number with a sign, whose first octet has six bits of it. */
    public void skipSigned() {
        int first = octet();
        if (first >= 0x80) {
            integer(first & 0x3F, 6);
        }
    }

    private long integer(long begun, int from) {
        long value = begun;
        int next = at;
        for (int shift = from; shift < 53 && next < end; shift += 7) {
            int octet = bytes[next++];
            value |= (octet & 0x7FL) << shift;
            if (octet >= 0) {
                at = next;
                if (value > MAX_INTEGER) {
                    throw malformed("integer of more than 53 bits");
                }
                return value;
            }
        }
        at = next;
        throw malformed(next < end ? "integer of more than 53 bits" : "ends early");
    }

    /**
     * How many things follow.
     *
     * @param least octets that each of them has at least
     */
    public int count(int least) {
        long count = integer();
        if (count > remaining() / least) {
            throw malformed("counts more than is there");
        }
        return (int) count;
    }

    /** Passes over that many octets. */
    public void skip(int octets) {
        if (octets > remaining()) {
            throw malformed("ends early");
        }
        at += octets;
    }

    /** A buffer, copied. */
    public byte[] buffer() {
        int length = count(1);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** Passes over a buffer. */
    public void skipBuffer() {
        skip(count(1));
    }

    /** Passes over a string: its length in UTF-16 units. */
    public int skipString() {
        int length = count(1);
        int units = Utf8.units(bytes, at, at + length);
        at += length;
        return units;
    }

    /** Passes over a string that is JSON, or {@code undefined}. */
    public void skipJson() {
        int length = count(1);
        if (!Json.isUndefined(bytes, at, at + length)) {
            Json.check(bytes, at, at + length);
        }
        at += length;
    }

    /** A string. */
    public String string() {
        int length = count(1);
        Utf8.units(bytes, at, at + length);
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** What is wrong here. */
    public MalformedException malformed(String what) {
        return new MalformedException(what, at);
    }
}
