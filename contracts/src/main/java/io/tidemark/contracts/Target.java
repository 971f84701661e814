package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a purge covers, in JSON an object with one member, as {@code {"tag":"product:42"}}.
 *
 * <p>{@code url}, {@code prefix} and {@code pattern} are either absolute ({@code https://shop.example/a}: that host only,
 * whatever the port) or start with a slash (any host). A {@code url} with a query covers that query; without one it
 * covers every query of the path; with an empty one ({@code /a?}) only the path without a query.
 *
 * @param kind how the value is matched
 * @param value the value; empty for {@link Kind#ALL}
 */
public record Target(Kind kind, String value) {
    /** The longest value, in characters. */
    public static final int MAX_LENGTH = 2048;

    public enum Kind {
        /** One path, on one host or on any. */
        URL,
        /** Every stored response that carries the tag. */
        TAG,
        /** Every path that starts with the value. */
        PREFIX,
        /** Every path that the value matches: {@code *} within a segment, {@code **} across segments. */
        PATTERN,
        /** Everything of one host. */
        HOST,
        /** Everything. */
        ALL;

        /** The name in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Target {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(kind.label() + " is longer than " + MAX_LENGTH + " characters");
        }
        if (kind == Kind.ALL ? !value.isEmpty() : value.isBlank()) {
            throw new IllegalArgumentException(
                    kind == Kind.ALL ? "all takes no value but true" : kind.label() + " must not be blank");
        }
    }

    public static Target url(String url) {
        return new Target(Kind.URL, url);
    }

    public static Target tag(String tag) {
        return new Target(Kind.TAG, tag);
    }

    public static Target all() {
        return new Target(Kind.ALL, "");
    }

    /**
     * Reads the JSON form.
     *
     * @throws IllegalArgumentException if it has not exactly one member, or one that is no target
     */
    @JsonCreator
    static Target fromJson(Map<String, Object> json) {
        if (json.size() != 1) {
            throw new IllegalArgumentException("a target has exactly one of " + kinds() + ", not " + json.keySet());
        }
        Map.Entry<String, Object> member = json.entrySet().iterator().next();
        Kind kind = Arrays.stream(Kind.values())
                .filter(k -> k.label().equals(member.getKey()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown target \"" + member.getKey() + "\"; a target is one of " + kinds()));
        if (kind == Kind.ALL) {
            if (!Boolean.TRUE.equals(member.getValue())) {
                throw new IllegalArgumentException("all takes no value but true");
            }
            return all();
        }
        if (member.getValue() instanceof String value) {
            return new Target(kind, value);
        }
        throw new IllegalArgumentException(kind.label() + " must be a string");
    }

    @JsonValue
    Map<String, Object> toJson() {
        return Map.of(kind.label(), kind == Kind.ALL ? (Object) true : value);
    }

    private static String kinds() {
        return Arrays.stream(Kind.values()).map(Kind::label).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return kind == Kind.ALL ? "all" : kind.label() + ' ' + value;
    }
}
