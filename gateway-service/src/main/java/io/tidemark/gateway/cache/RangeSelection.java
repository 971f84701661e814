package io.tidemark.gateway.cache;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.cache.ByteRanges.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Which bytes of a stored response a request asks for, and whether they are there. */
final class RangeSelection {
    private static final Duration STRONG_AFTER = Duration.ofMinutes(1);

    private RangeSelection() {}

    /** The ranges that count for this response: none if If-Range names another one (RFC 9110 §13.1.5). */
    static @Nullable ByteRanges ranges(PresentedRequest request, StoredResponse stored) {
        ByteRanges ranges = ByteRanges.of(request);
        if (ranges == null) {
            return null;
        }
        String ifRange = request.headers().combined("If-Range");
        return ifRange == null || isSame(ifRange.strip(), stored.head()) ? ranges : null;
    }

    /** Strong comparison: an equal strong entity tag, or exactly its Last-Modified where that is a strong validator. */
    private static boolean isSame(String ifRange, ResponseHead stored) {
        if (ifRange.startsWith("\"") || ifRange.startsWith("W/")) {
            return Validators.isStrong(ifRange)
                    && ifRange.equals(stored.headers().first("ETag"));
        }
        Instant date = HttpDate.parse(ifRange, stored.responseTime());
        Instant modified = stored.headers().date("Last-Modified", stored.responseTime());
        return date != null
                && date.equals(modified)
                && Duration.between(modified, stored.date()).compareTo(STRONG_AFTER) >= 0;
    }

    /** Whether the stored bytes are all that this request asks for. */
    static boolean covers(StoredResponse stored, PresentedRequest request) {
        StoredBody body = stored.body();
        if (body.isComplete()) {
            return true;
        }
        ByteRanges asked = ranges(request, stored);
        if (asked == null) {
            return false;
        }
        OptionalLong length = body.completeLength();
        Range single = asked.single();
        List<Range> ranges =
                length.isPresent() ? asked.resolve(length.getAsLong()) : single == null ? List.of() : List.of(single);
        return !ranges.isEmpty()
                && ranges.stream().allMatch(range -> range.first() >= body.first() && range.last() < body.end());
    }
}
