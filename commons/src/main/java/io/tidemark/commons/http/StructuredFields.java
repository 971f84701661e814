package io.tidemark.commons.http;

import io.tidemark.commons.http.FieldScanner.InvalidFieldException;
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

    private final FieldScanner in;

    private StructuredFields(String text) {
        this.in = new FieldScanner(text);
    }

    /** Reads a dictionary; null if it is invalid. Of members with one key the last counts. */
    public static @Nullable Map<String, Item> dictionary(String text) {
        try {
            return new StructuredFields(text).dictionary();
        } catch (InvalidFieldException invalid) {
            return null;
        }
    }

    /** Reads a list; null if it is invalid. */
    public static @Nullable List<Item> list(String text) {
        try {
            return new StructuredFields(text).list();
        } catch (InvalidFieldException invalid) {
            return null;
        }
    }

    private Map<String, Item> dictionary() {
        Map<String, Item> members = new LinkedHashMap<>();
        in.skipSpaces();
        while (!in.isAtEnd()) {
            String key = key();
            if (in.next('=')) {
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
        in.skipSpaces();
        while (!in.isAtEnd()) {
            members.add(itemOrInnerList());
            separator();
        }
        return members;
    }

    /** The comma before the next member, or the end. */
    private void separator() {
        in.skipBlanks();
        if (in.isAtEnd()) {
            return;
        }
        in.expect(',');
        in.skipBlanks();
        if (in.isAtEnd()) {
            throw new InvalidFieldException("a trailing comma");
        }
    }

    private Item itemOrInnerList() {
        Item item = in.peek() == '(' ? innerList() : bareItem();
        parameters();
        return item;
    }

    private InnerList innerList() {
        in.expect('(');
        List<Item> items = new ArrayList<>();
        while (true) {
            in.skipSpaces();
            if (in.next(')')) {
                return new InnerList(items);
            }
            items.add(bareItem());
            parameters();
            if (in.peek() != ' ' && in.peek() != ')') {
                throw new InvalidFieldException("items without a space between them");
            }
        }
    }

    private void parameters() {
        while (in.next(';')) {
            in.skipSpaces();
            key();
            if (in.next('=')) {
                bareItem();
            }
        }
    }

    private String key() {
        int from = in.at();
        if (!in.isAtLower() && in.peek() != '*') {
            throw new InvalidFieldException("no key");
        }
        while (in.isAtLower() || in.isAtDigit() || in.isAtAny("_-.*")) {
            in.take();
        }
        return in.since(from);
    }

    private Item bareItem() {
        char c = in.peek();
        if (c == '-' || in.isAtDigit()) {
            return number();
        }
        if (c == '"') {
            return new StringItem(string());
        }
        if (c == '?') {
            return bool();
        }
        if (c == '*' || in.isAtLetter()) {
            return new TokenItem(token());
        }
        if (c == ':') {
            return byteSequence();
        }
        if (c == '%') {
            return displayString();
        }
        if (c == '@') {
            in.take();
            if (number() instanceof IntegerItem date) {
                return new OtherItem("@" + date.value());
            }
        }
        throw new InvalidFieldException("no item");
    }

    private Item number() {
        int from = in.at();
        in.next('-');
        int digits = in.at();
        while (in.isAtDigit()) {
            in.take();
        }
        int whole = in.at() - digits;
        if (whole == 0 || whole > 15) {
            throw new InvalidFieldException("not 1 to 15 digits");
        }
        if (in.peek() != '.') {
            return new IntegerItem(Long.parseLong(in.since(from)));
        }
        in.take();
        int fraction = in.at();
        while (in.isAtDigit()) {
            in.take();
        }
        if (whole > 12 || in.at() == fraction || in.at() - fraction > 3) {
            throw new InvalidFieldException("no decimal");
        }
        return new DecimalItem(in.since(from));
    }

    private String string() {
        in.expect('"');
        StringBuilder value = new StringBuilder();
        while (!in.isAtEnd()) {
            char c = in.take();
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\') {
                c = in.take();
                if (c != '"' && c != '\\') {
                    throw new InvalidFieldException("an escape of another character");
                }
            } else if (c < ' ' || c > '~') {
                throw new InvalidFieldException("a character that strings cannot have");
            }
            value.append(c);
        }
        throw new InvalidFieldException("a string without its end");
    }

    private String token() {
        int from = in.at();
        while (in.isAtLetter() || in.isAtDigit() || in.isAtAny("!#$%&'*+-.^_`|~:/")) {
            in.take();
        }
        return in.since(from);
    }

    private Item bool() {
        in.expect('?');
        if (in.next('1')) {
            return new BooleanItem(true);
        }
        in.expect('0');
        return new BooleanItem(false);
    }

    private Item byteSequence() {
        in.expect(':');
        while (!in.next(':')) {
            if (!in.isAtLetter() && !in.isAtDigit() && !in.isAtAny("+/=")) {
                throw new InvalidFieldException("no base64, or no end of it");
            }
            in.take();
        }
        return new OtherItem(":");
    }

    private Item displayString() {
        in.expect('%');
        in.expect('"');
        while (!in.next('"')) {
            char c = in.take();
            if (c == '%') {
                hex();
                hex();
            } else if (c < ' ' || c > '~') {
                throw new InvalidFieldException("no display string");
            }
        }
        return new OtherItem("%");
    }

    private void hex() {
        if (!in.isAtDigit() && (in.peek() < 'a' || in.peek() > 'f')) {
            throw new InvalidFieldException("no hexadecimal digit");
        }
        in.take();
    }
}
