package io.tidemark.gateway.server;

/** The octets of URIs (RFC 3986 §2). */
final class Octets {
    private static final boolean[] UNRESERVED = new boolean[128];
    private static final boolean[] OF_PATH = new boolean[128];

    static {
        for (char c = 0; c < 128; c++) {
            UNRESERVED[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~".indexOf(c) >= 0;
            OF_PATH[c] = UNRESERVED[c] || "!$&'()*+,;=:@".indexOf(c) >= 0;
        }
    }

    private Octets() {}

    /** Letters, digits and {@code - . _ ~}, which mean the same escaped or not. */
    static boolean isUnreserved(int c) {
        return c < 128 && UNRESERVED[c];
    }

    /** What a path segment may have (pchar, but for escapes). */
    static boolean isOfPath(char c) {
        return c < 128 && OF_PATH[c];
    }

    static boolean isOfQuery(char c) {
        return isOfPath(c) || c == '/' || c == '?';
    }

    /** Whether an escape starts here: a percent sign and two hexadecimal digits. */
    static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && Character.digit(text.charAt(at + 1), 16) >= 0
                && Character.digit(text.charAt(at + 2), 16) >= 0;
    }

    /** The octet that an escape stands for. */
    static int escaped(String text, int at) {
        return Character.digit(text.charAt(at + 1), 16) << 4 | Character.digit(text.charAt(at + 2), 16);
    }

    static void escape(StringBuilder to, int octet) {
        to.append('%').append(hexDigit(octet >> 4)).append(hexDigit(octet & 15));
    }

    private static char hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }
}
