package io.tidemark.gateway.cache;

import java.util.function.BiConsumer;

/** Splits one line of {@code name[=token|quoted-string]} members at its commas (RFC 9110 §5.6). Skips what has no name. */
final class DirectiveScanner {
    private final String line;
    private int at;

    DirectiveScanner(String line) {
        this.line = line;
    }

    /** Calls back with each name in lower case and its argument: unquoted, stripped, "" if there is none. */
    void forEach(BiConsumer<String, String> member) {
        while (at < line.length()) {
            String name = until("=,").strip();
            String argument = "";
            if (at < line.length() && line.charAt(at) == '=') {
                at++;
                argument = argument();
            }
            at++; // the comma
            if (!name.isEmpty()) {
                member.accept(CacheControl.lower(name), argument);
            }
        }
    }

    private String argument() {
        StringBuilder argument = new StringBuilder();
        boolean quoted = false;
        while (at < line.length() && (quoted || line.charAt(at) != ',')) {
            char c = line.charAt(at++);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\' && at < line.length()) {
                argument.append(line.charAt(at++));
            } else {
                argument.append(c);
            }
        }
        return argument.toString().strip();
    }

    private String until(String ends) {
        int from = at;
        while (at < line.length() && ends.indexOf(line.charAt(at)) < 0) {
            at++;
        }
        return line.substring(from, at);
    }
}
