package io.tidemark.gateway.cache;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Range field with the unit of bytes (RFC 9110 §14.1.2, §14.2). */
final class ByteRanges {
    /** More than these, or more bytes than there are, is an attack, not a request: the field is ignored. */
    private static final int MAX_RANGES = 16;

    /** What was asked for, before the length is known. An open end and a suffix are -1 on their side. */
    private record Spec(long first, long last) {}

    /** Bytes {@code first} to {@code last}, inclusive. */
    record Range(long first, long last) {
        long length() {
            return last - first + 1;
        }
    }

    private final List<Spec> specs;

    private ByteRanges(List<Spec> specs) {
        this.specs = specs;
    }

    /** The ranges of a request; null if it asks for the whole, or for something else, or invalidly. */
    static @Nullable ByteRanges of(PresentedRequest request) {
        if (!request.isGet()) {
            return null;
        }
        List<String> lines = request.headers().all("Range");
        return lines.size() == 1 ? parse(lines.getFirst()) : null;
    }

    static @Nullable ByteRanges parse(String value) {
        int equals = value.indexOf('=');
        if (equals < 0 || !value.substring(0, equals).strip().equalsIgnoreCase("bytes")) {
            return null;
        }
        List<Spec> specs = new ArrayList<>();
        for (String member : value.substring(equals + 1).split(",", -1)) {
            String text = member.strip();
            if (text.isEmpty()) {
                continue;
            }
            Spec spec = spec(text);
            if (spec == null || specs.size() == MAX_RANGES) {
                return null;
            }
            specs.add(spec);
        }
        return specs.isEmpty() ? null : new ByteRanges(specs);
    }

    private static @Nullable Spec spec(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long first = number(text.substring(0, dash));
        long last = number(text.substring(dash + 1));
        boolean valid = first != INVALID && last != INVALID && (first != ABSENT || last != ABSENT);
        return !valid || (first != ABSENT && last != ABSENT && last < first) ? null : new Spec(first, last);
    }

    private static final long ABSENT = -1;
    private static final long INVALID = -2;

    private static long number(String digits) {
        if (digits.isEmpty()) {
            return ABSENT;
        }
        if (digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return INVALID;
        }
        return Long.parseLong(digits);
    }

    /** The satisfiable ranges of a representation of this length, in their order; empty if there are none. */
    List<Range> resolve(long length) {
        List<Range> ranges = new ArrayList<>(specs.size());
        for (Spec spec : specs) {
            long first = spec.first == ABSENT ? Math.max(0, length - spec.last) : spec.first;
            long last = spec.first == ABSENT || spec.last == ABSENT ? length - 1 : Math.min(spec.last, length - 1);
            if (first <= last) {
                ranges.add(new Range(first, last));
            }
        }
        return ranges;
    }

    /** The one range with both ends given, null if it is not so simple. */
    @Nullable
    Range single() {
        Spec spec = specs.getFirst();
        return specs.size() == 1 && spec.first != ABSENT && spec.last != ABSENT
                ? new Range(spec.first, spec.last)
                : null;
    }
}
