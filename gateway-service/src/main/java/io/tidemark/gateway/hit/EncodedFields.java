package io.tidemark.gateway.hit;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Fields as they go over the wire, for Netty's HTTP/1.1 encoder. It writes each field that it is given as name, colon and
 * value, so all of them pass as one: the first one's name, and a value that goes on with the other field lines.
 *
 * <p>To every question it is empty, so it is only for answers of which the encoder asks none: not 1xx, 204 or 205. Not
 * thread-safe.
 */
final class EncodedFields extends EmptyHttpHeaders {
    private static final int ROOM = 256;
    private static final int LONGEST_NUMBER = 20;

    private final AsciiString firstName;
    private byte[] value;
    private int end;

    /** @param more how many bytes are known to come */
    EncodedFields(AsciiString firstName, int more) {
        this.firstName = firstName;
        this.value = new byte[ROOM + more];
    }

    /** Appends text that is encoded already. */
    EncodedFields add(byte[] text) {
        return add(text, text.length);
    }

    /** Appends the first bytes of text that is encoded already. */
    EncodedFields add(byte[] text, int length) {
        room(length);
        System.arraycopy(text, 0, value, end, length);
        end += length;
        return this;
    }

    EncodedFields add(String text) {
        return add(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    EncodedFields add(long number) {
        if (number < 0) {
            return add(Long.toString(number));
        }
        room(LONGEST_NUMBER);
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int at = end + digits - 1; at >= end; at--) {
            value[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += digits;
        return this;
    }

    private void room(int bytes) {
        if (end + bytes > value.length) {
            value = Arrays.copyOf(value, Math.max(end + bytes, 2 * value.length));
        }
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        return List.of(Map.<CharSequence, CharSequence>entry(firstName, new AsciiString(value, 0, end, false)))
                .iterator();
    }
}
