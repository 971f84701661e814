package io.tidemark.gateway.server;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The host and port that a request is for (RFC 9110 §7.2), in the one spelling that routes, keys, purges and origins see:
 * lower case, without the dot of the root and without the scheme's own port.
 *
 * @param host a name of letters, digits, {@code - _ .}, an IPv4 address, or an IPv6 address in brackets; never empty
 * @param port -1 for the scheme's own
 */
public record Authority(String host, int port) {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    /** As in a Host field. */
    public String text() {
        return port < 0 ? host : host + ':' + port;
    }

    static int portOf(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /** The authority that a text names, null where it names no valid host: empty ones, user information among them. */
    static @Nullable Authority parse(String text, String scheme) {
        int colon = text.indexOf(':', text.startsWith("[") ? text.indexOf(']') + 1 : 0);
        String host = host(colon < 0 ? text : text.substring(0, colon));
        int port = colon < 0 ? -1 : port(text.substring(colon + 1), scheme);
        return host == null || port < -1 ? null : new Authority(host, port);
    }

    /** -1 for the scheme's own, -2 for none. */
    private static int port(String digits, String scheme) {
        int port = 0;
        if (digits.isEmpty()) {
            return -1;
        }
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            port = port * 10 + digit - '0';
            if (digit < '0' || digit > '9' || port > 65535) {
                return -2;
            }
        }
        return port == portOf(scheme) ? -1 : port;
    }

    private static @Nullable String host(String text) {
        if (text.startsWith("[")) {
            return isAddress(text) ? text.toLowerCase(Locale.ROOT) : null;
        }
        int end = text.endsWith(".") ? text.length() - 1 : text.length();
        if (end == 0 || end > LONGEST_NAME) {
            return null;
        }
        boolean upper = false;
        int label = 0;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean isDot = c == '.';
            upper |= c >= 'A' && c <= 'Z';
            if (isDot ? label == 0 : !isOfName(c) || label == LONGEST_LABEL) {
                return null;
            }
            label = isDot ? 0 : label + 1;
        }
        String host = end == text.length() ? text : text.substring(0, end);
        return label == 0 ? null : upper ? host.toLowerCase(Locale.ROOT) : host;
    }

    private static boolean isOfName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static boolean isAddress(String bracketed) {
        String literal = bracketed.endsWith("]") ? bracketed.substring(1, bracketed.length() - 1) : "";
        if (literal.indexOf(':') < 0 || literal.indexOf('%') >= 0) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(literal).getAddress().length > 0;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
