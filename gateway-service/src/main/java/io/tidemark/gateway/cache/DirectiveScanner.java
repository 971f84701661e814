package io.tidemark.gateway.cache;

import java.util.function.BiConsumer;

/**
 * Splits one line of {@code name[=token|quoted-string]} members at its commas (RFC 9110 §5.6). Skips what has no name. An
 * argument that is no token and no quoted-string, or that has whitespace beside its "=", is given as {@link #INVALID}.
 */
final class DirectiveScanner {
    static final String INVALID = "\0";

    private final String line;
    private int at;

    DirectiveScanner(String line) {
        this.line = line;
    }

    /** Calls back with each name in lower case and its argument, unquoted, "" if there is none. */
    void forEach(BiConsumer<String, String> member) {
        while (at < line.length()) {
            String name = name();
            String argument = "";
            if (at < line.length() && line.charAt(at) == '=') {
                at++;
                boolean spaced = !name.stripTrailing().equals(name) || isSpace();
                argument = argument();
                if (spaced) {
                    argument = INVALID;
                }
            }
            at++; // the comma
            if (!name.isBlank()) {
                member.accept(CacheControl.lower(name.strip()), argument);
            }
        }
    }

    private boolean isSpace() {
        return at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t');
    }

    /** Up to a "=" or a comma. A quoted string where a name should be ends nothing. */
    private String name() {
        int from = at;
        while (at < line.length() && line.charAt(at) != '=' && line.charAt(at) != ',') {
            if (line.charAt(at) == '"') {
                quoted(new StringBuilder());
            } else {
                at++;
            }
        }
        return line.substring(from, at);
    }

    private String argument() {
        StringBuilder argument = new StringBuilder();
        boolean wasQuoted = false;
        boolean junk = false;
        int from = at;
        while (at < line.length() && line.charAt(at) != ',') {
            if (line.charAt(at) == '"') {
                junk |= at != from;
                wasQuoted = true;
                junk |= !quoted(argument);
            } else {
                char c = line.charAt(at++);
                junk |= wasQuoted && c != ' ' && c != '\t';
                if (!wasQuoted) {
                    argument.append(c);
                }
            }
        }
        return junk
                ? INVALID
                : wasQuoted ? argument.toString() : argument.toString().strip();
    }

    /** Reads a quoted string at its opening quote; false if it has no closing one. */
    private boolean quoted(StringBuilder content) {
        at++;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c == '\\' && at < line.length()) {
                c = line.charAt(at++);
            }
            content.append(c);
        }
        return false;
    }
}
