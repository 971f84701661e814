package io.tidemark.writequeue.acceptance;

import java.util.Optional;

/**
 * An {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): a structured-field string in double quotes.
 * Deviation: the bare form without quotes, which most clients send, means the same.
 *
 * @param value what it says, whichever form it has
 * @param asSent the field value, with its quotes and escapes
 */
record IdempotencyKey(String value, String asSent) {
    /** The longest key, in characters. */
    static final int MAX_LENGTH = 255;

    /** The key, if the field value is one: 1 to {@value #MAX_LENGTH} visible ASCII characters, spaces only in quotes. */
    static Optional<IdempotencyKey> parse(String fieldValue) {
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
        return key.isEmpty() || key.length() > MAX_LENGTH
                ? Optional.empty()
                : Optional.of(new IdempotencyKey(key.toString(), text));
    }
}
