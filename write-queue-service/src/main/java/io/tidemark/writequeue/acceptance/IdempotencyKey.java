package io.tidemark.writequeue.acceptance;

import java.util.Optional;

/**
 * Reads {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): a structured-field string in double quotes.
 * Deviation: the bare form without quotes, which most clients send, means the same.
 */
final class IdempotencyKey {
    /** The longest key, in characters. */
    static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /** The key, if the field value is one: 1 to {@value #MAX_LENGTH} visible ASCII characters, spaces only in quotes. */
    static Optional<String> parse(String fieldValue) {
        String text = fieldValue.strip();
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        StringBuilder key = new StringBuilder();
        int end = quoted ? text.length() - 1 : text.length();
        for (int i = quoted ? 1 : 0; i < end; i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') { // RFC 9651 section 3.3.3: only a quote or a backslash is escaped
                if (++i >= end || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
                    return Optional.empty();
                }
                c = text.charAt(i);
            } else if (c == '"' || c < (quoted ? ' ' : '!') || c > '~') {
                return Optional.empty();
            }
            key.append(c);
        }
        return key.isEmpty() || key.length() > MAX_LENGTH ? Optional.empty() : Optional.of(key.toString());
    }
}
