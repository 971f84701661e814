package io.tidemark.gateway.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an origin says of caching a response: its Cache-Control, or the targeted field that replaces it (RFC 9213).
 *
 * @param source the name of the field that they are from
 * @param control the directives
 */
public record ResponseDirectives(String source, CacheControl control) {
    private static final String CACHE_CONTROL = "Cache-Control";

    static ResponseDirectives of(Headers headers) {
        return new ResponseDirectives(CACHE_CONTROL, CacheControl.of(headers));
    }

    /** Whether they are from a targeted field: then neither Cache-Control nor Expires counts. */
    public boolean isTargeted() {
        return !source.equals(CACHE_CONTROL);
    }

    public boolean noStore() {
        return control.has("no-store");
    }

    /** For a shared cache; with field names only those fields are private. */
    public boolean isPrivate() {
        return control.isUnqualified("private");
    }

    public boolean noCache() {
        return control.isUnqualified("no-cache");
    }

    public boolean isPublic() {
        return control.has("public");
    }

    /** Whether it must not be served stale, whatever happens (RFC 9111 §4.2.4). */
    public boolean mustRevalidate() {
        return control.has("must-revalidate")
                || control.has("proxy-revalidate")
                || control.has("s-maxage")
                || noCache();
    }

    /** The lifetime that s-maxage or max-age gives, null if neither is there. */
    @Nullable
    Duration explicitLifetime() {
        var seconds = control.has("s-maxage") ? control.seconds("s-maxage") : control.seconds("max-age");
        return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : null;
    }

    /** RFC 5861 §3, null if absent. */
    @Nullable
    Duration staleWhileRevalidate() {
        return duration("stale-while-revalidate");
    }

    /** RFC 5861 §4, null if absent. */
    @Nullable
    Duration staleIfError() {
        return duration("stale-if-error");
    }

    private @Nullable Duration duration(String directive) {
        var seconds = control.seconds(directive);
        return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : null;
    }
}
