package io.tidemark.commons.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HTTP-date in its three formats (RFC 9110 §5.6.7): exact in shape, whatever the case of its letters. The name of the weekday
 * is not checked against the date.
 */
public final class HttpDate {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String TIME = "(?<time>\\d\\d:\\d\\d:\\d\\d)";
    private static final String MONTH = "(?<month>[A-Za-z]{3})";
    private static final List<Pattern> FORMATS = List.of(
            // Sun, 06 Nov 1994 08:49:37 GMT
            pattern("[A-Za-z]{3}, (?<day>\\d\\d) " + MONTH + " (?<year>\\d{4}) " + TIME + " GMT"),
            // Sunday, 06-Nov-94 08:49:37 GMT
            pattern("[A-Za-z]{6,9}, (?<day>\\d\\d)-" + MONTH + "-(?<year>\\d\\d) " + TIME + " GMT"),
            // Sun Nov  6 08:49:37 1994
            pattern("[A-Za-z]{3} " + MONTH + " (?<day>[ \\d]\\d) " + TIME + " (?<year>\\d{4})"));

    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final int YEARS_AHEAD = 50;

    private HttpDate() {}

    public static String format(Instant instant) {
        return IMF_FIXDATE.format(instant);
    }

    /**
     * Reads any of the three formats.
     *
     * @param now decides the century of a two-digit year
     * @return null if it is no date
     */
    public static @Nullable Instant parse(String text, Instant now) {
        String stripped = text.strip();
        for (Pattern format : FORMATS) {
            Matcher matcher = format.matcher(stripped);
            if (matcher.matches()) {
                return instant(matcher, now);
            }
        }
        return null;
    }

    private static @Nullable Instant instant(Matcher matcher, Instant now) {
        int month = MONTHS.indexOf(matcher.group("month").toLowerCase(Locale.ROOT));
        if (month < 0 || month % 3 != 0) {
            return null;
        }
        String[] time = matcher.group("time").split(":", -1);
        int second = Integer.parseInt(time[2]);
        try {
            return LocalDateTime.of(
                            year(matcher.group("year"), now),
                            month / 3 + 1,
                            Integer.parseInt(matcher.group("day").strip()),
                            Integer.parseInt(time[0]),
                            Integer.parseInt(time[1]),
                            second == 60 ? 59 : second) // a leap second
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException outOfRange) {
            return null;
        }
    }

    /** A two-digit year that would be more than 50 years ahead is the latest past one with these digits. */
    private static int year(String digits, Instant now) {
        int year = Integer.parseInt(digits);
        if (digits.length() == 4) {
            return year;
        }
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int inThisCentury = thisYear / 100 * 100 + year;
        return inThisCentury > thisYear + YEARS_AHEAD ? inThisCentury - 100 : inThisCentury;
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }
}
