package io.tidemark.gateway.purge;

import io.tidemark.contracts.Place;
import io.tidemark.contracts.Target;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Where a {@code url}, {@code prefix} or {@code pattern} target reaches, and the one form in which targets and requests
 * are compared.
 *
 * @param host in lower case, without a port; empty for any host
 * @param rest the path and what follows it, starting with a slash, without a fragment, in {@linkplain #normal normal form}
 */
record Reach(String host, String rest) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Where a target of one of these kinds reaches. */
    static Reach of(Target target) {
        Place place = target.place();
        return new Reach(place.host(), normal(place.rest()));
    }

    /**
     * Percent-encoding in one form (RFC 3986 §6.2.2): upper case digits, unreserved characters plain, everything outside
     * of ASCII encoded as UTF-8. The same text if it has neither a percent sign nor a character outside of ASCII.
     */
    static String normal(String text) {
        if (text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '%')) {
            return text;
        }
        StringBuilder normal = new StringBuilder(text.length() + 8);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int octet = bytes[i] & 0xff;
            if (octet == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2])) {
                octet = HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]);
                i += 2;
                append(normal, octet, isUnreserved(octet));
            } else {
                append(normal, octet, octet > ' ' && octet < 0x7f);
            }
        }
        return normal.toString();
    }

    private static void append(StringBuilder text, int octet, boolean plain) {
        if (plain) {
            text.append((char) octet);
        } else {
            text.append('%').append(HEX.toHexDigits((byte) octet));
        }
    }

    private static boolean isHex(byte octet) {
        return HexFormat.isHexDigit(octet);
    }

    private static boolean isUnreserved(int octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || "-._~".indexOf(octet) >= 0;
    }
}
