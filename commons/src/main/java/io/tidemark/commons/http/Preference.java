package io.tidemark.commons.http;

import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code wait} preference of RFC 7240 section 4.3. */
public final class Preference {
    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
    private static final String ASSIGNED = "(?:[ \\t]*=[ \\t]*(" + TOKEN + '|' + QUOTED + "|))?";

    /** One preference with its parameters, up to the comma or the end of the line; without the end if it is none. */
    private static final Pattern PREFERENCE =
            Pattern.compile("[ \\t]*(?:(" + TOKEN + ")" + ASSIGNED + "(?:[ \\t]*;[ \\t]*(?:" + TOKEN
                    + "(?:[ \\t]*=[ \\t]*(?:" + TOKEN + '|' + QUOTED + "|))?)?)*+)?[ \\t]*(?:,|$)");

    private static final int MAX_DIGITS = 18;

    private Preference() {}

    /**
     * The wait that the {@code Prefer} fields ask for, at most {@code longest}. Of several {@code wait} the first counts;
     * one that is no number of seconds is ignored, as is a line from the place on where it is not well-formed (RFC 7240
     * section 2).
     */
    public static Optional<Duration> wait(Enumeration<String> lines, Duration longest) {
        for (String line : Collections.list(lines)) {
            Matcher preference = PREFERENCE.matcher(line);
            for (int at = 0;
                    at < line.length() && preference.region(at, line.length()).lookingAt(); ) {
                if ("wait".equalsIgnoreCase(preference.group(1))) {
                    return seconds(preference.group(2), longest);
                }
                at = preference.end();
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> seconds(@Nullable String word, Duration longest) {
        String digits = word == null ? "" : word.replace("\"", "");
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        if (digits.length() > MAX_DIGITS) {
            return Optional.of(longest);
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(digits));
        return Optional.of(asked.compareTo(longest) > 0 ? longest : asked);
    }
}
