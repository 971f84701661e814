package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * What a purge covers, in JSON an object with one member, as {@code {"tag":"product:42"}}.
 *
 * <p>{@code url}, {@code prefix} and {@code pattern} are either absolute ({@code https://shop.example/a}: that host only,
 * whatever the port) or start with a slash (any host). A {@code url} with a query covers that query; without one it
 * covers every query of the path; with an empty one ({@code /a?}) only the path without a query. One without a valid host
 * is no target: nothing but {@code all} covers everything.
 *
 * @param kind how the value is matched
 * @param value the value; empty for {@link Kind#ALL}
 */
public record Target(Kind kind, String value) {
    /** The longest value of a target that somebody asks for, in characters. */
    public static final int MAX_LENGTH = 2048;

    /** The longest value of those that services make: two hosts, or a kind, beside a value. */
    private static final int MAX_LENGTH_IN_LOG = 2 * MAX_LENGTH;

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
        ALL,
        /**
         * Every stored response of one cache group (RFC 9875), which is of one origin: the host that was asked for, the host
         * that answers for it, the group, separated by spaces. Made by gateways only.
         */
        GROUP,
        /**
         * Everything that is kept of one person, by the name that stands for them: an erasure. Made by the invalidation service
         * only; always hard, and beside no target of another kind.
         */
        SUBJECT,
        /**
         * Nothing: what a log's record has for a target that names no place. The value says what was found there. Made by
         * readers of the log only.
         */
        INVALID;

        private static final Set<Kind> OF_SERVICES = EnumSet.of(GROUP, SUBJECT, INVALID);

        /** The name in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The kind of that name, of those that anybody may ask for. */
        public static Optional<Kind> named(String label) {
            return Arrays.stream(values())
                    .filter(kind -> !OF_SERVICES.contains(kind) && kind.label().equals(label))
                    .findFirst();
        }

        private boolean isPlace() {
            return this == URL || this == PREFIX || this == PATTERN;
        }
    }

    public Target {
        int longest = kind == Kind.GROUP || kind == Kind.INVALID ? MAX_LENGTH_IN_LOG : MAX_LENGTH;
        if (value.length() > longest) {
            throw new IllegalArgumentException(kind.label() + " is longer than " + longest + " characters");
        }
        if (kind == Kind.ALL ? !value.isEmpty() : value.isBlank()) {
            throw new IllegalArgumentException(
                    kind == Kind.ALL ? "all takes no value but true" : kind.label() + " must not be blank");
        }
        try {
            if (kind.isPlace()) {
                Place.of(value);
            } else if (kind == Kind.HOST && Place.host(value.strip()).isEmpty()) {
                throw new Place.NoPlaceException("must be the name of one host: \"" + value + '"');
            }
        } catch (Place.NoPlaceException noPlace) {
            throw new Place.NoPlaceException(kind.label() + ' ' + noPlace.getMessage());
        }
        if (kind == Kind.GROUP && value.split(" ", 3).length != 3) {
            throw new IllegalArgumentException("group must be two hosts and a group: \"" + value + '"');
        }
    }

    public static Target url(String url) {
        return new Target(Kind.URL, url);
    }

    public static Target tag(String tag) {
        return new Target(Kind.TAG, tag);
    }

    /** A cache group of one origin: the host that was asked for, the host that answers for it, both without ports. */
    public static Target group(String host, String originHost, String group) {
        return new Target(Kind.GROUP, host + ' ' + originHost + ' ' + group);
    }

    /** What is kept of one person, by the name that stands for them. */
    public static Target subject(String name) {
        return new Target(Kind.SUBJECT, name);
    }

    public static Target all() {
        return new Target(Kind.ALL, "");
    }

    /**
     * Where a {@code url}, {@code prefix} or {@code pattern} points.
     *
     * @throws IllegalArgumentException for other kinds
     */
    public Place place() {
        if (!kind.isPlace()) {
            throw new IllegalArgumentException(kind.label() + " is no place");
        }
        return Place.of(value);
    }

    /**
     * Reads the JSON form of what somebody asks for.
     *
     * @throws IllegalArgumentException if it has not exactly one member, or one that is no target
     */
    @JsonCreator
    static Target fromJson(Map<String, Object> json) {
        Map.Entry<String, Object> member = onlyMember(json);
        Kind kind = Kind.named(member.getKey()).orElseThrow(() -> unknown(member.getKey()));
        return of(kind, member.getValue());
    }

    private static Target of(Kind kind, Object value) {
        if (kind == Kind.ALL) {
            if (!Boolean.TRUE.equals(value)) {
                throw new IllegalArgumentException("all takes no value but true");
            }
            return all();
        }
        if (value instanceof String text) {
            return new Target(kind, text);
        }
        throw new IllegalArgumentException(kind.label() + " must be a string");
    }

    private static Map.Entry<String, Object> onlyMember(Map<String, Object> json) {
        if (json.size() != 1) {
            throw new IllegalArgumentException("a target has exactly one of " + kinds() + ", not " + json.keySet());
        }
        return json.entrySet().iterator().next();
    }

    private static IllegalArgumentException unknown(String label) {
        return new IllegalArgumentException("unknown target \"" + label + "\"; a target is one of " + kinds());
    }

    @JsonValue
    Map<String, Object> toJson() {
        return Map.of(kind.label(), kind == Kind.ALL ? (Object) true : value);
    }

    private static String kinds() {
        return Arrays.stream(Kind.values())
                .map(Kind::label)
                .filter(label -> Kind.named(label).isPresent())
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return kind == Kind.ALL ? "all" : kind.label() + ' ' + value;
    }

    /**
     * Reads the targets of a log's record: all kinds, and one without a place as {@link Kind#INVALID}, so that it widens
     * nothing and hides none of the record's others.
     */
    static final class InLog extends ValueDeserializer<Target> {
        private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

        @Override
        public Target deserialize(JsonParser parser, DeserializationContext context) {
            Map<String, Object> json = parser.readValueAs(MEMBERS);
            try {
                Map.Entry<String, Object> member = onlyMember(json);
                Kind kind = Arrays.stream(Kind.values())
                        .filter(k -> k.label().equals(member.getKey()))
                        .findFirst()
                        .orElseThrow(() -> unknown(member.getKey()));
                return read(kind, member.getValue());
            } catch (IllegalArgumentException noTarget) {
                return context.reportInputMismatch(Target.class, "%s", noTarget.getMessage());
            }
        }

        private static Target read(Kind kind, Object value) {
            try {
                return of(kind, value);
            } catch (Place.NoPlaceException noPlace) {
                return new Target(Kind.INVALID, kind.label() + ' ' + value);
            }
        }
    }
}
