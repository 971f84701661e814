package io.tidemark.gateway.cache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** HTTP-date in its three formats (RFC 9110 §5.6.7). */
public final class HttpDate {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    public static String format(Instant instant) {
        return IMF_FIXDATE.format(instant);
    }

    /** The date of a field that stands once, null if it is absent, repeated or invalid. */
    static @Nullable Instant of(Headers headers, String name, Instant now) {
        List<String> lines = headers.all(name);
        return lines.size() == 1 ? parse(lines.getFirst(), now) : null;
    }

    /**
     * Reads any of the three formats.
     *
     * @param now decides the century of a two-digit year
     * @return null if it is no date
     */
    public static @Nullable Instant parse(String text, Instant now) {
        String[] parts = text.strip().split("[ ,]+", -1);
        try {
            if (parts.length == 6 && parts[5].equalsIgnoreCase("GMT")) {
                return at(parts[3], parts[2], parts[1], parts[4]); // Sun, 06 Nov 1994 08:49:37 GMT
            }
            if (parts.length == 4 && parts[3].equalsIgnoreCase("GMT")) {
                return rfc850(parts, now); // Sunday, 06-Nov-94 08:49:37 GMT
            }
            if (parts.length == 5) {
                return at(parts[4], parts[1], parts[2], parts[3]); // Sun Nov  6 08:49:37 1994
            }
            return null;
        } catch (DateTimeException | NumberFormatException notADate) {
            return null;
        }
    }

    private static @Nullable Instant rfc850(String[] parts, Instant now) {
        String[] date = parts[1].split("-", -1);
        if (date.length != 3 || date[2].length() != 2) {
            return null;
        }
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int year = thisYear / 100 * 100 + Integer.parseInt(date[2]);
        // A year more than 50 years ahead is the latest past one with these digits.
        return at(Integer.toString(year > thisYear + 50 ? year - 100 : year), date[1], date[0], parts[2]);
    }

    private static @Nullable Instant at(String year, String month, String day, String time) {
        String[] clock = time.split(":", -1);
        int m = month(month);
        if (clock.length != 3 || m == 0 || year.length() != 4 || clock[0].length() != 2) {
            return null;
        }
        int second = digits(clock[2]);
        return LocalDateTime.of(digits(year), m, digits(day), digits(clock[0]), digits(clock[1]), Math.min(second, 59))
                .toInstant(ZoneOffset.UTC);
    }

    private static int digits(String text) {
        if (text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '9') {
            throw new NumberFormatException(text);
        }
        return Integer.parseInt(text);
    }

    private static int month(String name) {
        if (name.length() != 3) {
            return 0;
        }
        int at = "janfebmaraprmayjunjulaugsepoctnovdec".indexOf(name.toLowerCase(Locale.ROOT));
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }
}
