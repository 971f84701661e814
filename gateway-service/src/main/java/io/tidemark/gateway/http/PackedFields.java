package io.tidemark.gateway.http;

import io.tidemark.gateway.http.Headers.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Field lines in one array, in memory only. Each is the number of its name among the known ones (1), or 0, the name's length
 * (1) and the name; then the value's length (1; from {@value #LONG} on that number and the length in 2 more) and the value.
 */
final class PackedFields {
    /** Spelled as origins do; another spelling is written out. The order is of no consequence: nothing outlives the process. */
    private static final String[] KNOWN = {
        "Accept-Ranges",
        "Access-Control-Allow-Origin",
        "Age",
        "Allow",
        "Alt-Svc",
        "CDN-Cache-Control",
        "Cache-Control",
        "Cache-Groups",
        "Cache-Status",
        "Cache-Tag",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Location",
        "Content-Security-Policy",
        "Content-Type",
        "Date",
        "ETag",
        "Etag",
        "Expires",
        "Last-Modified",
        "Link",
        "Location",
        "Permissions-Policy",
        "Pragma",
        "Referrer-Policy",
        "Server",
        "Server-Timing",
        "Set-Cookie",
        "Strict-Transport-Security",
        "Surrogate-Key",
        "Timing-Allow-Origin",
        "Vary",
        "Via",
        "X-Cache",
        "X-Cache-Status",
        "X-Content-Type-Options",
        "X-Data-Version",
        "X-Frame-Options",
        "X-Powered-By",
        "X-Request-Id",
        "X-XSS-Protection"
    };

    private static final Map<String, Integer> NUMBERS = new HashMap<>();

    static {
        for (int i = 0; i < KNOWN.length; i++) {
            NUMBERS.put(KNOWN[i], i + 1);
        }
    }

    private static final int LONGEST_NAME = 0xff;
    private static final int LONGEST_VALUE = 0xffff;
    private static final int LONG = 0xff;

    private PackedFields() {}

    /** Null if there is a field that does not fit: too long, or with a character that no HTTP message has. */
    static byte @Nullable [] of(List<Field> fields) {
        int length = 0;
        for (Field field : fields) {
            if (field.name().length() > LONGEST_NAME
                    || field.value().length() > LONGEST_VALUE
                    || !isLatin(field.name())
                    || !isLatin(field.value())) {
                return null;
            }
            length += 2
                    + (field.value().length() < LONG ? 0 : 2)
                    + (NUMBERS.containsKey(field.name()) ? 0 : 1 + field.name().length())
                    + field.value().length();
        }
        byte[] bytes = new byte[length];
        int at = 0;
        for (Field field : fields) {
            Integer number = NUMBERS.get(field.name());
            if (number != null) {
                bytes[at++] = number.byteValue();
            } else {
                bytes[at++] = 0;
                bytes[at++] = (byte) field.name().length();
                at = put(field.name(), bytes, at);
            }
            int valueLength = field.value().length();
            if (valueLength >= LONG) {
                bytes[at++] = (byte) LONG;
                bytes[at++] = (byte) (valueLength >> 8);
            }
            bytes[at++] = (byte) valueLength;
            at = put(field.value(), bytes, at);
        }
        return bytes;
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    private static int put(String text, byte[] bytes, int at) {
        byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(latin, 0, bytes, at, latin.length);
        return at + latin.length;
    }

    static List<Field> fields(byte[] bytes) {
        List<Field> fields = new ArrayList<>();
        for (int at = 0; at < bytes.length; at = next(bytes, at)) {
            fields.add(new Field(name(bytes, at), value(bytes, at)));
        }
        return List.copyOf(fields);
    }

    /** The first value of that name, null if there is none. */
    static @Nullable String first(byte[] bytes, String name) {
        for (int at = 0; at < bytes.length; at = next(bytes, at)) {
            boolean mayBe = bytes[at] != 0 || (bytes[at + 1] & 0xff) == name.length();
            if (mayBe && name(bytes, at).equalsIgnoreCase(name)) {
                return value(bytes, at);
            }
        }
        return null;
    }

    private static String name(byte[] bytes, int at) {
        return bytes[at] != 0
                ? KNOWN[bytes[at] - 1]
                : new String(bytes, at + 2, bytes[at + 1] & 0xff, StandardCharsets.ISO_8859_1);
    }

    private static String value(byte[] bytes, int at) {
        int length = lengthAt(bytes, at);
        return new String(bytes, valueAt(bytes, length), valueLength(bytes, length), StandardCharsets.ISO_8859_1);
    }

    private static int next(byte[] bytes, int at) {
        int length = lengthAt(bytes, at);
        return valueAt(bytes, length) + valueLength(bytes, length);
    }

    /** Where the length of the value stands. */
    private static int lengthAt(byte[] bytes, int at) {
        return at + 1 + (bytes[at] != 0 ? 0 : 1 + (bytes[at + 1] & 0xff));
    }

    private static int valueAt(byte[] bytes, int lengthAt) {
        return lengthAt + ((bytes[lengthAt] & 0xff) < LONG ? 1 : 3);
    }

    private static int valueLength(byte[] bytes, int lengthAt) {
        int length = bytes[lengthAt] & 0xff;
        return length < LONG ? length : (bytes[lengthAt + 1] & 0xff) << 8 | (bytes[lengthAt + 2] & 0xff);
    }
}
