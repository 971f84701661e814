package io.tidemark.writequeue.delivery;

import io.tidemark.commons.http.HttpDate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110 section 10.2.3): seconds or a date. */
final class RetryAfter {
    private static final int MAX_DIGITS = 9;
    private static final Duration LONGEST = Duration.ofSeconds(999_999_999);

    private RetryAfter() {}

    /** How long from now, at most 30 years; nothing if the field value is neither. */
    static Optional<Duration> parse(String fieldValue, Instant now) {
        String text = fieldValue.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(text.length() > MAX_DIGITS ? LONGEST : Duration.ofSeconds(Long.parseLong(text)));
        }
        return Optional.ofNullable(HttpDate.parse(text, now)).map(date -> {
            Duration until = Duration.between(now, date);
            return until.isNegative() ? Duration.ZERO : until.compareTo(LONGEST) > 0 ? LONGEST : until;
        });
    }
}
