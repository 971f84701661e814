package io.tidemark.gateway.cache;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity tags and modification dates: what is sent to validate, and what is received (RFC 9110 §13, RFC 9111 §4.3). */
final class Validators {
    /** The fields that make a request conditional (RFC 9110 §13.1). */
    static final String[] CONDITIONAL_FIELDS = {
        "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range"
    };

    private Validators() {}

    static boolean has(Headers response) {
        return response.has("ETag") || response.has("Last-Modified");
    }

    /** The condition that a stored response is validated by; empty if it has no validator. */
    static Headers conditions(Headers stored) {
        Headers.Builder conditions = Headers.builder();
        String etag = stored.first("ETag");
        if (etag != null) {
            conditions.add("If-None-Match", etag);
        }
        String lastModified = stored.first("Last-Modified");
        if (lastModified != null) {
            conditions.add("If-Modified-Since", lastModified);
        }
        return conditions.build();
    }

    /** Whether the client's own condition makes the answer a 304, If-None-Match before If-Modified-Since. */
    static boolean notModified(Headers request, ResponseHead stored) {
        List<String> ifNoneMatch = request.all("If-None-Match");
        if (!ifNoneMatch.isEmpty()) {
            return matchesAny(ifNoneMatch, stored.headers().first("ETag"));
        }
        String ifModifiedSince = request.combined("If-Modified-Since");
        if (ifModifiedSince == null) {
            return false;
        }
        Instant since = HttpDate.parse(ifModifiedSince, stored.responseTime());
        if (since == null) {
            return false;
        }
        Instant modified = HttpDate.of(stored.headers(), "Last-Modified", stored.responseTime());
        // Without Last-Modified, the date of the response is the latest that it can have been modified (RFC 9111
        // §4.3.2).
        return !(modified == null ? stored.date() : modified).isAfter(since);
    }

    private static boolean matchesAny(List<String> lines, @Nullable String etag) {
        for (String tag : tags(lines)) {
            if (tag.equals("*") || (etag != null && opaque(tag).equals(opaque(etag.strip())))) {
                return true;
            }
        }
        return false;
    }

    /** Splits at commas outside of quotes; there are no escapes in entity tags (RFC 9110 §8.8.3). */
    private static List<String> tags(List<String> lines) {
        List<String> tags = new ArrayList<>();
        for (String line : lines) {
            boolean quoted = false;
            int from = 0;
            for (int i = 0; i <= line.length(); i++) {
                if (i == line.length() || (line.charAt(i) == ',' && !quoted)) {
                    String tag = line.substring(from, i).strip();
                    if (!tag.isEmpty()) {
                        tags.add(tag);
                    }
                    from = i + 1;
                } else if (line.charAt(i) == '"') {
                    quoted = !quoted;
                }
            }
        }
        return tags;
    }

    /** Without the mark of weakness: the weak comparison (RFC 9110 §8.8.3.2). */
    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    static boolean isStrong(String tag) {
        return tag.startsWith("\"");
    }
}
