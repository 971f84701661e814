package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Which requests a stored response may answer: the fields that its Vary named, and what the request presented in them
 * (RFC 9111 §4.1).
 *
 * @param fields the names in lower case, sorted; {@code *} among them matches nothing
 * @param values what the request presented, normalised, one for each name; absent fields as "\0"
 */
public record Variant(List<String> fields, List<String> values) {
    private static final String ABSENT = "\0";
    private static final String ANYTHING = "*";

    /** For responses without Vary. */
    public static final Variant ONLY = new Variant(List.of(), List.of());

    public Variant {
        fields = List.copyOf(fields);
        values = List.copyOf(values);
        if (fields.size() != values.size()) {
            throw new IllegalArgumentException("a value for each field, not " + fields + values);
        }
    }

    /** The variant that a response to this request is. */
    public static Variant of(Headers response, Headers request) {
        List<String> lines = response.all("Vary");
        if (lines.isEmpty()) {
            return ONLY;
        }
        TreeSet<String> names = new TreeSet<>();
        for (String line : lines) {
            for (String name : line.split(",", -1)) {
                if (!name.isBlank()) {
                    names.add(name.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        List<String> values = new ArrayList<>(names.size());
        for (String name : names) {
            values.add(presented(name, request));
        }
        return new Variant(List.copyOf(names), values);
    }

    /** Whether the response varies on what no request presents (Vary: *). */
    public boolean matchesNothing() {
        return fields.contains(ANYTHING);
    }

    public boolean matches(Headers request) {
        return matchesBut("", request);
    }

    /** Whether it matches, whatever the request presents in the field of that name (in lower case). */
    boolean matchesBut(String left, Headers request) {
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.get(i);
            if (name.equals(left)) {
                continue;
            }
            if (name.equals(ANYTHING) || !presented(name, request).equals(values.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** One line that only equal variants share. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            String value = values.get(i);
            text.append(fields.get(i))
                    .append('=')
                    .append(value.length())
                    .append(':')
                    .append(value)
                    .append(' ');
        }
        return text.toString();
    }

    private static String presented(String name, Headers request) {
        List<String> lines = request.all(name);
        return lines.isEmpty() ? ABSENT : FieldNormalization.normalize(name, lines);
    }
}
