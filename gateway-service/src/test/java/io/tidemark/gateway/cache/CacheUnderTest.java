package io.tidemark.gateway.cache;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.http.Headers;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A cache for one URL, before an origin that the test scripts, with a clock that the test moves. */
public abstract class CacheUnderTest {
    private static final Pattern DATE = Pattern.compile("@(-?\\d+)");

    /** How a request was answered. */
    public enum How {
        /** From the store, without the origin. */
        HIT,
        /** From the store, though stale. */
        STALE,
        /** From the store, after the origin said that it still stands. */
        REVALIDATED,
        /** By the origin. */
        ORIGIN,
        /** By the cache: only-if-cached, or the origin failed. */
        TIMEOUT
    }

    public record Outcome(How how, int status, Headers headers, String body) {}

    /** What the origin answers from now on. In the fields, {@code @-60} stands for the date 60 seconds ago. */
    public abstract CacheUnderTest origin(int status, @Nullable String fields, String body);

    public abstract CacheUnderTest originDown();

    public abstract CacheUnderTest later(long seconds);

    /** Sends a request with these fields, where dates can stand as for {@link #origin}. */
    public abstract Outcome send(String method, @Nullable String fields);

    public abstract Instant now();

    /** How often the origin was asked. */
    public abstract int calls();

    /** The fields that the origin got last. */
    public abstract Headers forwarded();

    /** Whether anything is stored that a plain request could be answered with. */
    public abstract boolean isStored();

    public CacheUnderTest origin(@Nullable String fields) {
        return origin(200, fields, "body " + calls());
    }

    public Outcome get() {
        return get(null);
    }

    public Outcome get(@Nullable String fields) {
        return send("GET", fields);
    }

    /** Fields written as {@code Name: value}, several in one text separated by " ~ ". */
    public static Headers fields(@Nullable String text) {
        Headers.Builder headers = Headers.builder();
        if (text != null && !text.isBlank()) {
            for (String line : text.split(" ~ ", -1)) {
                int colon = line.indexOf(':');
                headers.add(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return headers.build();
    }

    /** Replaces each {@code @<seconds>} by the date so many seconds from now. */
    public Headers dated(@Nullable String text) {
        return fields(
                text == null
                        ? null
                        : DATE.matcher(text)
                                .replaceAll(
                                        match -> HttpDate.format(now().plusSeconds(Long.parseLong(match.group(1))))));
    }
}
