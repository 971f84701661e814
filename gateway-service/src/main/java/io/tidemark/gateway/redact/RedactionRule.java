package io.tidemark.gateway.redact;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule: what becomes of the values at a place.
 *
 * @param pointer the place (RFC 6901); {@code *} as a whole segment is any member, any element
 * @param with what a value is replaced with, null for {@code null}
 */
public record RedactionRule(
        String pointer, RedactionAction action, @Nullable String with) {
    /** The segment that stands for all. */
    static final String ANY = "*";

    public RedactionRule {
        List<String> _ = segments(pointer);
        if (with != null && action != RedactionAction.REPLACE) {
            throw new IllegalArgumentException(
                    "\"with\" is what a value is replaced with, so it goes with replace alone: " + pointer);
        }
    }

    List<String> segments() {
        return segments(pointer);
    }

    private static List<String> segments(String pointer) {
        if (pointer.isEmpty()) {
            return List.of();
        }
        if (pointer.charAt(0) != '/') {
            throw new IllegalArgumentException(
                    "a JSON pointer is empty or begins with a slash (RFC 6901), not \"" + pointer + '"');
        }
        List<String> segments = new ArrayList<>();
        for (String segment : pointer.substring(1).split("/", -1)) {
            if (segment.matches("(?s).*~(?![01]).*")) {
                throw new IllegalArgumentException(
                        "a JSON pointer has ~ only as ~0 and ~1 (RFC 6901), not \"" + pointer + '"');
            }
            segments.add(segment.replace("~1", "/").replace("~0", "~"));
        }
        return segments;
    }

    /** One line that only equal rules share. */
    String text() {
        return action + " " + pointer.length() + ':' + pointer + (with == null ? "" : " " + with.length() + ':' + with);
    }
}
