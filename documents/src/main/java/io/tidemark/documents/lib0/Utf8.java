package io.tidemark.documents.lib0;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** UTF-8 as browsers take it, counted in the UTF-16 units that clients count in. */
public final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ANY_HIGH_BIT = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /**
     * How many UTF-16 units a range of UTF-8 has.
     *
     * @throws MalformedException if it is none: overlong, a surrogate, past U+10FFFF, cut off
     */
    public static int units(byte[] bytes, int start, int end) {
        int at = start;
        int units = 0;
        while (at < end) {
            if (end - at >= Long.BYTES && ((long) LONGS.get(bytes, at) & ANY_HIGH_BIT) == 0) {
                at += Long.BYTES;
                units += Long.BYTES;
                continue;
            }
            int octets = octets(bytes, at, end);
            at += octets;
            units += octets == 4 ? 2 : 1;
        }
        return units;
    }

    /** Octets of the character that begins at {@code at}. */
    static int octets(byte[] bytes, int at, int end) {
        int first = bytes[at];
        if (first >= 0) {
            return 1;
        }
        int lead = first & 0xFF;
        int octets = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || end - at < octets) {
            throw new MalformedException("not UTF-8", at);
        }
        int second = bytes[at + 1] & 0xFF;
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            throw new MalformedException("not UTF-8", at);
        }
        for (int i = 2; i < octets; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                throw new MalformedException("not UTF-8", at);
            }
        }
        return octets;
    }

    /**
     * Where in a range of UTF-8 the unit with that number begins: the octet, times two, and one more if the unit is the second half
     * of a surrogate pair, whose first octet it then is.
     */
    public static long positionOf(byte[] bytes, int start, int end, long unit) {
        int at = start;
        long left = unit;
        while (left > 0) {
            if (left >= Long.BYTES && end - at >= Long.BYTES && ((long) LONGS.get(bytes, at) & ANY_HIGH_BIT) == 0) {
                at += Long.BYTES;
                left -= Long.BYTES;
                continue;
            }
            int octets = octets(bytes, at, end);
            if (octets == 4 && left == 1) {
                return at * 2L + 1;
            }
            at += octets;
            left -= octets == 4 ? 2 : 1;
        }
        return at * 2L;
    }
}
