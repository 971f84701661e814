package io.tidemark.gateway.cache;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
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

    private static final Duration STRONG_AFTER = Duration.ofMinutes(1);

    private Validators() {}

    static boolean has(Headers response) {
        return response.has("ETag") || response.has("Last-Modified");
    }

    /** The condition that a stored response is validated by, as it was received; empty if it has no validator. */
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

    /** The condition that any of several stored variants fulfils; each has an entity tag. */
    static Headers anyOf(List<StoredResponse> variants) {
        List<String> tags = new ArrayList<>();
        for (StoredResponse variant : variants) {
            String etag = variant.headers().first("ETag");
            if (etag != null && !tags.contains(etag)) {
                tags.add(etag);
            }
        }
        return Headers.of("If-None-Match", String.join(", ", tags));
    }

    /** Whether a request asks for less than the whole response in any case. */
    static boolean isConditional(Headers request) {
        for (String name : CONDITIONAL_FIELDS) {
            if (request.has(name)) {
                return true;
            }
        }
        return request.has("Range");
    }

    /** Whether the client's own condition makes the answer a 304, If-None-Match before If-Modified-Since. */
    static boolean notModified(Headers request, ResponseHead stored) {
        List<String> ifNoneMatch = request.all("If-None-Match");
        if (!ifNoneMatch.isEmpty()) {
            return matchesAny(ifNoneMatch, stored.headers().first("ETag"));
        }
        String ifModifiedSince = request.combined("If-Modified-Since");
        Instant since = ifModifiedSince == null ? null : HttpDate.parse(ifModifiedSince, stored.responseTime());
        if (since == null) {
            return false;
        }
        Instant modified = stored.headers().date("Last-Modified", stored.responseTime());
        // Without Last-Modified, the response's own date is the latest that it can have been modified (RFC 9111
        // §4.3.2).
        return !(modified == null ? stored.date() : modified).isAfter(since);
    }

    /**
     * Whether a 304 is about this stored response (RFC 9111 §4.3.4). One without any validator is: it answers the one
     * condition that was sent.
     */
    static boolean identifies(ResponseHead notModified, ResponseHead stored) {
        String etag = notModified.headers().first("ETag");
        String lastModified = notModified.headers().first("Last-Modified");
        if (etag == null && lastModified == null) {
            return true;
        }
        String storedEtag = stored.headers().first("ETag");
        if (etag != null && storedEtag != null && opaque(etag.strip()).equals(opaque(storedEtag.strip()))) {
            return true;
        }
        boolean sameDate =
                lastModified != null && lastModified.equals(stored.headers().first("Last-Modified"));
        // Beside entity tags that differ, a date must be a strong validator to count.
        return sameDate && (etag == null || storedEtag == null || isStrongDate(notModified));
    }

    private static boolean isStrongDate(ResponseHead head) {
        Instant modified = head.headers().date("Last-Modified", head.responseTime());
        return modified != null && Duration.between(modified, head.date()).compareTo(STRONG_AFTER) >= 0;
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
        return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
    }
}
