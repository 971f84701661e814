package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The age of a response when it was received (RFC 9111 §4.2.3). */
final class Age {
    private Age() {}

    /** @param skew how far the clock of the times is ahead of that of the Date, where that is known and more than a little */
    static Duration correctedInitial(
            Headers headers, @Nullable Instant date, Instant requestTime, Instant responseTime, Duration skew) {
        // A Date has whole seconds: what is left of the second that it names is not age.
        Duration apparent = date == null
                ? Duration.ZERO
                : positive(Duration.between(date, responseTime.minus(skew).truncatedTo(ChronoUnit.SECONDS)));
        Duration delay = positive(Duration.between(requestTime, responseTime));
        Duration corrected = Duration.ofSeconds(value(headers)).plus(delay);
        return apparent.compareTo(corrected) > 0 ? apparent : corrected;
    }

    /** RFC 9111 §5.1: of several values the first counts; an invalid one is ignored. */
    static long value(Headers headers) {
        List<String> lines = headers.all("Age");
        if (lines.isEmpty()) {
            return 0;
        }
        String first = lines.getFirst();
        int comma = first.indexOf(',');
        return DeltaSeconds.parse((comma < 0 ? first : first.substring(0, comma)).strip())
                .orElse(0);
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
