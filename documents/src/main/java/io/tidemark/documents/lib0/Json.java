package io.tidemark.documents.lib0;

import java.util.Arrays;

/**
 * Whether a string is JSON (RFC 8259), and nothing of what it says. One that is not would make every client throw that reads the
 * document, and no edit could mend it.
 */
public final class Json {
    /** Arrays and objects within each other. Clients read them by recursion. */
    public static final int MAX_DEPTH = 500;

    private static final byte[] UNDEFINED = {'u', 'n', 'd', 'e', 'f', 'i', 'n', 'e', 'd'};

    private final byte[] bytes;
    private final int end;
    private int at;

    private Json(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /**
     * Checks a range of UTF-8.
     *
     * @throws MalformedException if it is not one value of JSON, or nested deeper than {@link #MAX_DEPTH}
     */
    public static void check(byte[] bytes, int start, int end) {
        Utf8.units(bytes, start, end);
        Json json = new Json(bytes, start, end);
        json.space();
        json.value(0);
        json.space();
        if (json.at != end) {
            throw json.malformed();
        }
    }

    static boolean isUndefined(byte[] bytes, int start, int end) {
        return Arrays.equals(bytes, start, end, UNDEFINED, 0, UNDEFINED.length);
    }

    private void value(int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed();
        }
        switch (peek()) {
            case '{' -> members('}', depth);
            case '[' -> members(']', depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void members(int close, int depth) {
        at++;
        space();
        if (peek() == close) {
            at++;
            return;
        }
        while (true) {
            if (close == '}') {
                string();
                space();
                expect(':');
                space();
            }
            value(depth + 1);
            space();
            if (peek() == close) {
                at++;
                return;
            }
            expect(',');
            space();
        }
    }

    private void string() {
        expect('"');
        while (true) {
            int octet = next();
            if (octet == '"') {
                return;
            }
            if (octet >= 0 && octet < ' ') {
                throw malformed();
            }
            if (octet == '\\') {
                int escaped = next();
                if (escaped == 'u') {
                    for (int i = 0; i < 4; i++) {
                        if (Character.digit(next(), 16) < 0) {
                            throw malformed();
                        }
                    }
                } else if ("\"\\/bfnrt".indexOf(escaped) < 0) {
                    throw malformed();
                }
            }
        }
    }

    private void number() {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
    }

    private void digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed();
        }
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private void space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            at++;
        }
    }

    private void expect(int octet) {
        if (next() != octet) {
            throw malformed();
        }
    }

    /** The next octet, 0 at the end: no JSON has that anywhere. */
    private int peek() {
        return at < end ? bytes[at] : 0;
    }

    private int next() {
        if (at >= end) {
            throw malformed();
        }
        return bytes[at++];
    }

    private MalformedException malformed() {
        return new MalformedException("not JSON", at);
    }
}
