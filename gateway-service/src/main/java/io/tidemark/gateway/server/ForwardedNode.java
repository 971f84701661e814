package io.tidemark.gateway.server;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The names of clients and proxies in Forwarded (RFC 7239 §6) and X-Forwarded-For. */
final class ForwardedNode {
    private ForwardedNode() {}

    /** The address that an element of Forwarded names in {@code for}, null where it names none. */
    static @Nullable InetAddress ofElement(String element) {
        for (String pair : element.split(";", -1)) {
            String stripped = pair.strip();
            if (stripped.regionMatches(true, 0, "for=", 0, 4)) {
                String value = stripped.substring(4);
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return address(quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return null;
    }

    /** The address of a node, with or without a port, null where it is something else: {@code unknown}, {@code _hidden}. */
    static @Nullable InetAddress address(String node) {
        int bracket = node.startsWith("[") ? node.indexOf(']') : -1;
        int colon = node.indexOf(':');
        String literal = bracket > 0
                ? node.substring(1, bracket)
                : colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
        if (literal.isEmpty() || literal.length() > 45) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    /** As a value of {@code for} or {@code by}: IPv6 in brackets, and so in quotes (§6). */
    static String text(InetAddress address) {
        String literal = literal(address);
        return literal.indexOf(':') < 0 ? literal : "\"[" + literal + "]\"";
    }

    /** The address without a scope, which is of this machine only. */
    static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
