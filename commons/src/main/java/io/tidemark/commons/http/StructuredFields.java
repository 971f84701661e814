package io.tidemark.commons.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Structured Fields (RFC 9651), as far as this suite's fields need them: dictionaries and lists of bare items. Parameters are
 * read and dropped; an inner list is read and given as the list of its items. Strict, as the RFC demands: one error makes the
 * whole field invalid.
 */
public final class StructuredFields {
    /** A bare item. */
    public sealed interface Item {}

    public record IntegerItem(long value) implements Item {}

    public record DecimalItem(String text) implements Item {}

    public record StringItem(String value) implements Item {}

    public record TokenItem(String value) implements Item {}

    public record BooleanItem(boolean value) implements Item {}

    /** A byte sequence, a date or a display string: valid, but of no use here. */
    public record OtherItem(String text) implements Item {}

    public record InnerList(List<Item> items) implements Item {}

    private final String text;
    private int at;

    private StructuredFields(String text) {
        this.text = text;
    }

    /** Reads a dictionary; null if it is invalid. Of members with one key the last counts. */
    public static @Nullable Map<String, Item> dictionary(String text) {
        try {
            return new StructuredFields(text).dictionary();
        } catch (InvalidField invalid) {
            return null;
        }
    }

    /** Reads a list; null if it is invalid. */
    public static @Nullable List<Item> list(String text) {
        try {
            return new StructuredFields(text).list();
        } catch (InvalidField invalid) {
            return null;
        }
    }

    private Map<String, Item> dictionary() {
        Map<String, Item> members = new LinkedHashMap<>();
        skipSpaces();
        while (at < text.length()) {
            String key = key();
            if (next('=')) {
                members.put(key, itemOrInnerList());
            } else {
                parameters();
                members.put(key, new BooleanItem(true));
            }
            separator();
        }
        return members;
    }

    private List<Item> list() {
        List<Item> members = new ArrayList<>();
        skipSpaces();
        while (at < text.length()) {
            members.add(itemOrInnerList());
            separator();
        }
        return members;
    }

    /** The comma before the next member, or the end. */
    private void separator() {
        skipBlanks();
        if (at == text.length()) {
            return;
        }
        expect(',');
        skipBlanks();
        if (at == text.length()) {
            throw new InvalidField("a trailing comma");
        }
    }

    private Item itemOrInnerList() {
        Item item = peek() == '(' ? innerList() : bareItem();
        parameters();
        return item;
    }

    private InnerList innerList() {
        expect('(');
        List<Item> items = new ArrayList<>();
        while (true) {
            skipSpaces();
            if (next(')')) {
                return new InnerList(items);
            }
            items.add(bareItem());
            parameters();
            if (peek() != ' ' && peek() != ')') {
                throw new InvalidField("items without a space between them");
            }
        }
    }

    private void parameters() {
        while (next(';')) {
            skipSpaces();
            key();
            if (next('=')) {
                bareItem();
            }
        }
    }

    private String key() {
        int from = at;
        if (!isLower(peek()) && peek() != '*') {
            throw new InvalidField("no key");
        }
        while (isLower(peek()) || isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private Item bareItem() {
        char c = peek();
        if (c == '-' || isDigit(c)) {
            return number();
        }
        if (c == '"') {
            return new StringItem(string());
        }
        if (c == '?') {
            return bool();
        }
        if (c == '*' || isLetter(c)) {
            return new TokenItem(token());
        }
        if (c == ':') {
            return byteSequence();
        }
        if (c == '%') {
            return displayString();
        }
        if (c == '@') {
            at++;
            if (number() instanceof IntegerItem date) {
                return new OtherItem("@" + date.value());
            }
        }
        throw new InvalidField("no item");
    }

    private Item number() {
        int from = at;
        next('-');
        int digits = at;
        while (isDigit(peek())) {
            at++;
        }
        int whole = at - digits;
        if (whole == 0 || whole > 15) {
            throw new InvalidField("not 1 to 15 digits");
        }
        if (peek() != '.') {
            return new IntegerItem(Long.parseLong(text.substring(from, at)));
        }
        at++;
        int fraction = at;
        while (isDigit(peek())) {
            at++;
        }
        if (whole > 12 || at == fraction || at - fraction > 3) {
            throw new InvalidField("no decimal");
        }
        return new DecimalItem(text.substring(from, at));
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\') {
                c = peek();
                at++;
                if (c != '"' && c != '\\') {
                    throw new InvalidField("an escape of another character");
                }
            } else if (c < ' ' || c > '~') {
                throw new InvalidField("a character that strings cannot have");
            }
            value.append(c);
        }
        throw new InvalidField("a string without its end");
    }

    private String token() {
        int from = at;
        while (isLetter(peek()) || isDigit(peek()) || "!#$%&'*+-.^_`|~:/".indexOf(peek()) >= 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private Item bool() {
        expect('?');
        if (next('1')) {
            return new BooleanItem(true);
        }
        expect('0');
        return new BooleanItem(false);
    }

    private Item byteSequence() {
        expect(':');
        int end = text.indexOf(':', at);
        if (end < 0) {
            throw new InvalidField("a byte sequence without its end");
        }
        for (; at < end; at++) {
            if (!isLetter(peek()) && !isDigit(peek()) && "+/=".indexOf(peek()) < 0) {
                throw new InvalidField("no base64");
            }
        }
        at++;
        return new OtherItem(":");
    }

    private Item displayString() {
        expect('%');
        expect('"');
        while (!next('"')) {
            char c = peek();
            at++;
            if (c == '%') {
                hex();
                hex();
            } else if (c < ' ' || c > '~') {
                throw new InvalidField("no display string");
            }
        }
        return new OtherItem("%");
    }

    private void hex() {
        if (!isDigit(peek()) && (peek() < 'a' || peek() > 'f')) {
            throw new InvalidField("no hexadecimal digit");
        }
        at++;
    }

    /** The character at the current place, NUL at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean next(char c) {
        boolean is = at < text.length() && text.charAt(at) == c;
        if (is) {
            at++;
        }
        return is;
    }

    private void expect(char c) {
        if (!next(c)) {
            throw new InvalidField("no " + c);
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLetter(char c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static final class InvalidField extends RuntimeException {
        InvalidField(String what) {
            super(what, null, false, false);
        }
    }
}
