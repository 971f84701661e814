package io.tidemark.gateway.http;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a representation a 206 carries (RFC 9110 §14.4).
 *
 * @param first counted from zero
 * @param last inclusive
 */
public record ContentRange(long first, long last, OptionalLong completeLength) {
    private static final Pattern SYNTAX = Pattern.compile("(?i:bytes) +(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /** null if there is none, or an invalid one, or one of another unit. */
    public static @Nullable ContentRange of(Headers headers) {
        String value = headers.combined("Content-Range");
        if (value == null) {
            return null;
        }
        Matcher matcher = SYNTAX.matcher(value.strip());
        if (!matcher.matches()) {
            return null;
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        OptionalLong complete =
                matcher.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(matcher.group(3)));
        boolean valid = first <= last && (complete.isEmpty() || last < complete.getAsLong());
        return valid ? new ContentRange(first, last, complete) : null;
    }

    public long length() {
        return last - first + 1;
    }

    /** Whether the body is the whole representation after all. */
    public boolean isWhole() {
        return first == 0 && completeLength.isPresent() && completeLength.getAsLong() == last + 1;
    }
}
