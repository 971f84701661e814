package io.tidemark.gateway.http;

import io.tidemark.commons.http.HttpDate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message, in their order and with their names as written. Immutable; names are compared without
 * regard to case (RFC 9110 §5.1).
 */
public final class Headers implements Iterable<Headers.Field> {
    /** What an unpacked field takes beside its characters: two strings, their arrays and what holds them. */
    private static final int FIELD_OVERHEAD = 120;

    private static final Headers EMPTY = new Headers(List.of());

    /** The fields, or all of them in one array: one of the two is there. */
    private final @Nullable List<Field> fields;

    /** See {@link PackedFields}. */
    private final byte @Nullable [] packed;

    /** One field line. */
    public record Field(String name, String value) {
        public boolean is(String otherName) {
            return name.equalsIgnoreCase(otherName);
        }
    }

    private Headers(List<Field> fields) {
        this.fields = fields;
        this.packed = null;
    }

    private Headers(byte[] packed) {
        this.fields = null;
        this.packed = packed;
    }

    /** The same, to be kept for long: in a third of the memory, and slower to read. */
    public Headers packed() {
        if (fields == null || fields.isEmpty()) {
            return this;
        }
        byte[] made = PackedFields.of(fields);
        return made == null ? this : new Headers(made);
    }

    public static Headers empty() {
        return EMPTY;
    }

    /** Names and values in turn: {@code of("ETag", "\"a\"", "Age", "7")}. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: " + namesAndValues[namesAndValues.length - 1]);
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Headers copyOf(Iterable<? extends Map.Entry<String, String>> entries) {
        Builder builder = builder();
        entries.forEach(entry -> builder.add(entry.getKey(), entry.getValue()));
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The first line's value, null if there is none. */
    public @Nullable String first(String name) {
        if (packed != null) {
            return PackedFields.first(packed, name);
        }
        for (Field field : fields()) {
            if (field.is(name)) {
                return field.value;
            }
        }
        return null;
    }

    /**
     * The date of a field that stands once, null if it is absent, repeated or invalid.
     *
     * @param now decides the century of a two-digit year
     */
    @Nullable
    public Instant date(String name, Instant now) {
        List<String> lines = all(name);
        return lines.size() == 1 ? HttpDate.parse(lines.getFirst(), now) : null;
    }

    /** The values of all lines of that name. */
    public List<String> all(String name) {
        List<String> values = null;
        for (Field field : fields()) {
            if (field.is(name)) {
                if (values == null) {
                    values = new ArrayList<>(2);
                }
                values.add(field.value);
            }
        }
        return values == null ? List.of() : values;
    }

    /** All lines of that name as one value, joined by a comma (RFC 9110 §5.3), null if there is none. */
    public @Nullable String combined(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? null : values.size() == 1 ? values.getFirst() : String.join(", ", values);
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    public int size() {
        return fields().size();
    }

    public List<Field> fields() {
        return packed != null ? PackedFields.fields(packed) : Objects.requireNonNull(fields);
    }

    /** What the fields take in memory, in bytes: estimated. */
    public int memory() {
        if (packed != null) {
            return packed.length;
        }
        int bytes = 0;
        for (Field field : fields()) {
            bytes += FIELD_OVERHEAD + field.name.length() + field.value.length();
        }
        return bytes;
    }

    /** The names, compared without regard to case. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        fields().forEach(field -> names.add(field.name));
        return names;
    }

    /** These fields with all lines of the name replaced by one. */
    public Headers with(String name, String value) {
        return toBuilder().set(name, value).build();
    }

    public Headers without(String... names) {
        return filtered(field -> {
            for (String name : names) {
                if (field.is(name)) {
                    return false;
                }
            }
            return true;
        });
    }

    public Headers filtered(Predicate<Field> keep) {
        List<Field> all = fields();
        List<Field> kept = new ArrayList<>(all.size());
        for (Field field : all) {
            if (keep.test(field)) {
                kept.add(field);
            }
        }
        return kept.size() == all.size() ? this : new Headers(List.copyOf(kept));
    }

    public Builder toBuilder() {
        Builder builder = builder();
        builder.fields.addAll(fields());
        return builder;
    }

    @Override
    public Iterator<Field> iterator() {
        return fields().iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers headers && fields().equals(headers.fields());
    }

    @Override
    public int hashCode() {
        return fields().hashCode();
    }

    @Override
    public String toString() {
        return fields().toString();
    }

    /** Collects field lines. Not thread-safe. */
    public static final class Builder {
        private final List<Field> fields = new ArrayList<>();

        private Builder() {}

        public Builder add(String name, String value) {
            fields.add(new Field(name, value));
            return this;
        }

        public Builder addAll(Headers headers) {
            fields.addAll(headers.fields());
            return this;
        }

        public Builder set(String name, String value) {
            remove(name);
            return add(name, value);
        }

        public Builder remove(String name) {
            fields.removeIf(field -> field.is(name));
            return this;
        }

        public Headers build() {
            return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
        }
    }
}
