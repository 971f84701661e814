package io.tidemark.commons.http;

/** A field's value and how far it has been read. Not thread-safe. */
final class FieldScanner {
    private final String text;
    private int at;

    FieldScanner(String text) {
        this.text = text;
    }

    static final class InvalidFieldException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidFieldException(String what) {
            super(what, null, false, false);
        }
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    int at() {
        return at;
    }

    /** What was read since then. */
    String since(int from) {
        return text.substring(from, at);
    }

    /** Goes on by one character, and answers it. */
    char take() {
        char c = peek();
        at++;
        return c;
    }

    /** The character at the current place, NUL at the end. */
    char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    boolean next(char c) {
        boolean is = at < text.length() && text.charAt(at) == c;
        if (is) {
            at++;
        }
        return is;
    }

    void expect(char c) {
        if (!next(c)) {
            throw new InvalidFieldException("no " + c);
        }
    }

    void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    boolean isAtLower() {
        return peek() >= 'a' && peek() <= 'z';
    }

    boolean isAtLetter() {
        return isAtLower() || (peek() >= 'A' && peek() <= 'Z');
    }

    boolean isAtDigit() {
        return peek() >= '0' && peek() <= '9';
    }

    /** Whether the current character is one of these. */
    boolean isAtAny(String characters) {
        return characters.indexOf(peek()) >= 0;
    }
}
