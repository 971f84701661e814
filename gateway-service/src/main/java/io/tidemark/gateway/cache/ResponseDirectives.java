package io.tidemark.gateway.cache;

import io.tidemark.commons.http.StructuredFields;
import io.tidemark.commons.http.StructuredFields.BooleanItem;
import io.tidemark.commons.http.StructuredFields.IntegerItem;
import io.tidemark.commons.http.StructuredFields.Item;
import io.tidemark.commons.http.StructuredFields.StringItem;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an origin says of caching a response: its Cache-Control, or the targeted field that replaces it (RFC 9213).
 * Immutable; what each use of a stored response asks for is worked out once.
 */
public final class ResponseDirectives {
    /** Targeted fields in the order of their precedence. */
    public static final List<String> TARGETED_FIELDS = List.of("Tidemark-Cache-Control", "CDN-Cache-Control");

    private static final String CACHE_CONTROL = "Cache-Control";
    private static final Set<String> SECONDS =
            Set.of("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error");

    private static final Shared<ResponseDirectives> SHARED = new Shared<>();

    private final String source;
    private final CacheControl control;
    private final boolean noCache;
    private final boolean mustRevalidate;
    private final @Nullable Duration explicitLifetime;
    private final @Nullable Duration staleWhileRevalidate;
    private final @Nullable Duration staleIfError;

    private ResponseDirectives(String source, CacheControl control) {
        this.source = source;
        this.control = control;
        this.noCache = control.isUnqualified("no-cache");
        this.mustRevalidate =
                noCache || control.has("must-revalidate") || control.has("proxy-revalidate") || control.has("s-maxage");
        this.explicitLifetime = seconds(control.has("s-maxage") ? "s-maxage" : "max-age");
        this.staleWhileRevalidate = seconds("stale-while-revalidate");
        this.staleIfError = seconds("stale-if-error");
    }

    /** One that equals this, and that is shared by those who asked before. */
    ResponseDirectives shared() {
        return SHARED.of(this);
    }

    /** The directives. */
    public CacheControl control() {
        return control;
    }

    static ResponseDirectives of(Headers headers) {
        for (String field : TARGETED_FIELDS) {
            String value = headers.combined(field);
            CacheControl targeted = value == null ? null : targeted(value);
            if (targeted != null) {
                return new ResponseDirectives(field, targeted);
            }
        }
        return new ResponseDirectives(CACHE_CONTROL, CacheControl.of(headers));
    }

    /**
     * RFC 9213 §2.1: a dictionary; an empty or invalid one counts as absent. So does one where a lifetime is no integer:
     * nothing else in it can be trusted to mean what it says.
     */
    private static @Nullable CacheControl targeted(String value) {
        Map<String, Item> members = StructuredFields.dictionary(value);
        if (members == null || members.isEmpty()) {
            return null;
        }
        Map<String, String> directives = new HashMap<>();
        for (Map.Entry<String, Item> member : members.entrySet()) {
            String directive = member.getKey();
            switch (member.getValue()) {
                case IntegerItem(long number) -> directives.put(directive, Long.toString(number));
                case Item ignored
                when SECONDS.contains(directive) -> {
                    return null;
                }
                case BooleanItem(boolean set) -> {
                    if (set) {
                        directives.put(directive, "");
                    }
                }
                case StringItem(String names) -> directives.put(directive, names);
                case Item ignored -> directives.put(directive, DirectiveScanner.INVALID);
            }
        }
        return CacheControl.ofDirectives(directives);
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
        return noCache;
    }

    public boolean isPublic() {
        return control.has("public");
    }

    /** Whether it must not be served stale, whatever happens (RFC 9111 §4.2.4). */
    public boolean mustRevalidate() {
        return mustRevalidate;
    }

    /** The lifetime that s-maxage or max-age gives, null if neither is there. */
    @Nullable
    Duration explicitLifetime() {
        return explicitLifetime;
    }

    /** RFC 5861 §3, null if absent. */
    public @Nullable Duration staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    /** RFC 5861 §4, null if absent. */
    public @Nullable Duration staleIfError() {
        return staleIfError;
    }

    private @Nullable Duration seconds(String directive) {
        OptionalLong seconds = control.seconds(directive);
        return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResponseDirectives that && source.equals(that.source) && control.equals(that.control);
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + control.hashCode();
    }

    @Override
    public String toString() {
        return source + ": " + control;
    }
}
