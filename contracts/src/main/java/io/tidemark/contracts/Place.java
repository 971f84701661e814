package io.tidemark.contracts;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a {@code url}, {@code prefix} or {@code pattern} target points, taken apart in the one way that all services share.
 *
 * @param host as {@link #host} makes it; empty only where the target starts with a slash, which means any host
 * @param rest the path and what follows it, starting with a slash, without a fragment
 */
public record Place(String host, String rest) {
    /** RFC 3986 §3.2.2, without the star, which no host has and some would take for a wildcard. */
    private static final String MARKS = "._~!$&'()+,;=%-";

    private static final String IN_BRACKETS = "0123456789abcdef:.v";
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

    /** A text that names no place: it neither starts with a slash nor is a URL with a host. */
    static final class NoPlaceException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        NoPlaceException(String message) {
            super(message);
        }
    }

    /**
     * Takes the value of a target apart.
     *
     * @throws IllegalArgumentException if it neither starts with a slash nor is an absolute URL with a host
     */
    static Place of(String value) {
        String target = before(value.strip(), '#');
        if (target.startsWith("/")) {
            return new Place("", target);
        }
        int scheme = target.indexOf("://");
        if (scheme < 0 || !SCHEME.matcher(target.substring(0, scheme)).matches()) {
            throw new NoPlaceException(
                    "must start with a slash, or with http:// or https:// and a host: \"" + value + '"');
        }
        String afterScheme = target.substring(scheme + 3);
        String authority = before(before(afterScheme, '/'), '?');
        String rest = afterScheme.substring(authority.length());
        String host = host(authority).orElseThrow(() -> new NoPlaceException("names no host: \"" + value + '"'));
        return new Place(host, rest.startsWith("/") ? rest : '/' + rest);
    }

    /**
     * The host of an authority as targets and requests are compared by it: in lower case, without user information, port or
     * final dot (RFC 3986 §3.2).
     *
     * @return empty if the authority names no host: {@code .}, {@code :80}, {@code u@}; nor are hosts outside of ASCII
     *     names here, they are written as their A-labels (RFC 5890)
     */
    public static Optional<String> host(String authority) {
        String host = authority.substring(authority.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        int port = host.indexOf(':', Math.max(0, host.lastIndexOf(']')));
        if (port >= 0) {
            for (int i = port + 1; i < host.length(); i++) {
                if (!isDigit(host.charAt(i))) {
                    return Optional.empty();
                }
            }
            host = host.substring(0, port);
        }
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return isHost(host) ? Optional.of(host) : Optional.empty();
    }

    /** Each miss asks this: no pattern. */
    private static boolean isHost(String lowerCase) {
        if (lowerCase.startsWith("[")) {
            int last = lowerCase.length() - 1;
            return last > 1
                    && lowerCase.charAt(last) == ']'
                    && lowerCase.chars().limit(last).skip(1).allMatch(c -> IN_BRACKETS.indexOf(c) >= 0);
        }
        boolean isNamed = false;
        for (int i = 0; i < lowerCase.length(); i++) {
            char c = lowerCase.charAt(i);
            boolean isLetterOrDigit = (c >= 'a' && c <= 'z') || isDigit(c);
            if (!isLetterOrDigit && MARKS.indexOf(c) < 0) {
                return false;
            }
            isNamed |= isLetterOrDigit;
        }
        return isNamed;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String before(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }
}
