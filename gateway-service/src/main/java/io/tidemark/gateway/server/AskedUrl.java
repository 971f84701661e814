package io.tidemark.gateway.server;

import io.tidemark.commons.problems.Shown;
import java.util.Locale;

/**
 * What a request for a URL would ask for, as the gateway reads requests.
 *
 * @param scheme {@code http} or {@code https}
 */
public record AskedUrl(String scheme, Authority authority, RequestTarget target) {
    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is no absolute http URL that a client could ask for
     */
    public static AskedUrl parse(String url) {
        for (int i = 0; i < url.length(); i++) {
            if (url.charAt(i) >= 0x7F) {
                throw new IllegalArgumentException(
                        "character %d of the URL is U+%04X; it must be escaped".formatted(i + 1, (int) url.charAt(i)));
            }
        }
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("not an absolute http URL: " + Shown.of(url));
        }
        int start = colon + 3;
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        Authority authority = Authority.parse(url.substring(start, end), scheme);
        if (authority == null) {
            throw new IllegalArgumentException("it names no host: " + Shown.of(url));
        }
        String rest = url.substring(end);
        try {
            return new AskedUrl(scheme, authority, RequestTarget.parse(rest.startsWith("/") ? rest : '/' + rest, true));
        } catch (InvalidRequestException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }
}
