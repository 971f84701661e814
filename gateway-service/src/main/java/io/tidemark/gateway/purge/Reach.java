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
    /** RFC 3986 §3.3, but for the star. */
    private static final String PLAIN_IN_PATHS = "!$&'()+,;=:@";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Where a target of one of these kinds reaches; of a pattern, a star in {@code rest} is a wildcard. */
    static Reach of(Target target) {
        Place place = target.place();
        return new Reach(place.host(), normal(place.rest(), false, target.kind() == Target.Kind.PATTERN));
    }

    /**
     * Percent-encoding in one form (RFC 3986 §6.2.2): upper case digits, unreserved characters plain, everything outside
     * of ASCII encoded as UTF-8. In a path so are those reserved ones plain that delimit nothing there (§3.3), which some encode
     * and some do not; a star is encoded, as patterns have another use for it.
     *
     * @param text a path, and what follows it
     */
    static String normal(String text) {
        return normal(text, false, false);
    }

    /** The same for a query alone, where reserved characters delimit parameters. */
    static String normalQuery(String query) {
        return normal(query, true, false);
    }

    private static String normal(String text, boolean isQuery, boolean isPattern) {
        if (text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '%' && (c != '*' || isPattern))) {
            return text;
        }
        StringBuilder normal = new StringBuilder(text.length() + 8);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean query = isQuery;
        for (int i = 0; i < bytes.length; i++) {
            int octet = bytes[i] & 0xff;
            if (octet == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2])) {
                octet = HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]);
                i += 2;
                append(normal, octet, isUnreserved(octet) || (!query && PLAIN_IN_PATHS.indexOf(octet) >= 0));
            } else {
                append(normal, octet, octet > ' ' && octet < 0x7f && (octet != '*' || isPattern));
            }
            query |= octet == '?' && normal.charAt(normal.length() - 1) == '?';
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
