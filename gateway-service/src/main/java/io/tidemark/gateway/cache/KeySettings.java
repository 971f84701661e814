package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a policy makes the cache key of.
 *
 * @param keepParameters the only query parameters that count; null: all
 * @param dropParameters query parameters that do not count
 * @param sortParameters whether the order of query parameters does not count
 * @param headers request fields that count
 * @param cookies cookies that count
 * @param claims claims of the user's token that count
 * @param keepHeaders the only request fields that a request has whose answer may be stored, beside those that count and those
 *     that caches read; null: all
 * @param personalTtl the longest lifetime of a response that is for one user alone, whose name is in the key then; null: responses
 *     are for all
 */
public record KeySettings(
        @Nullable Set<String> keepParameters,
        Set<String> dropParameters,
        boolean sortParameters,
        List<String> headers,
        List<String> cookies,
        List<String> claims,
        @Nullable Set<String> keepHeaders,
        @Nullable Duration personalTtl) {
    /** What a cache, or whoever follows a request, reads of it. */
    private static final Set<String> OF_THE_CACHE = Set.of(
            "cache-control",
            "cdn-loop",
            "content-length",
            CacheControl.lower(EdgeFields.READ_AFTER),
            "host",
            "pragma",
            "range",
            "via",
            "x-request-id");

    private static final KeySettings URL_ONLY = new KeySettings(null, Set.of(), false, List.of(), List.of());

    public KeySettings {
        keepParameters = keepParameters == null ? null : Set.copyOf(keepParameters);
        dropParameters = Set.copyOf(dropParameters);
        headers = List.copyOf(headers);
        cookies = List.copyOf(cookies);
        claims = List.copyOf(claims);
        keepHeaders = keepHeaders == null
                ? null
                : keepHeaders.stream().map(CacheControl::lower).collect(Collectors.toUnmodifiableSet());
    }

    /** For all. */
    public KeySettings(
            @Nullable Set<String> keepParameters,
            Set<String> dropParameters,
            boolean sortParameters,
            List<String> headers,
            List<String> cookies,
            List<String> claims,
            @Nullable Set<String> keepHeaders) {
        this(keepParameters, dropParameters, sortParameters, headers, cookies, claims, keepHeaders, null);
    }

    /** With all request fields. */
    public KeySettings(
            @Nullable Set<String> keepParameters,
            Set<String> dropParameters,
            boolean sortParameters,
            List<String> headers,
            List<String> cookies,
            List<String> claims) {
        this(keepParameters, dropParameters, sortParameters, headers, cookies, claims, null);
    }

    /** Without claims. */
    public KeySettings(
            @Nullable Set<String> keepParameters,
            Set<String> dropParameters,
            boolean sortParameters,
            List<String> headers,
            List<String> cookies) {
        this(keepParameters, dropParameters, sortParameters, headers, cookies, List.of());
    }

    /** The URL as it was sent, and nothing else. */
    public static KeySettings urlOnly() {
        return URL_ONLY;
    }

    /** Whether responses are stored for one user each, and for nobody else. */
    public boolean isPersonal() {
        return personalTtl != null;
    }

    /** The fields of a request whose answer may be stored, without those that the policy keeps from the origin. */
    public Headers keptOf(Headers request) {
        return keepHeaders == null ? request : request.filtered(field -> keeps(CacheControl.lower(field.name())));
    }

    private boolean keeps(String name) {
        return (keepHeaders != null && keepHeaders.contains(name))
                || OF_THE_CACHE.contains(name)
                || name.startsWith("if-")
                || (isPersonal() && name.startsWith("x-edge-"))
                || (name.equals("cookie") && !cookies.isEmpty())
                || headers.stream().anyMatch(name::equalsIgnoreCase);
    }

    boolean keepsQuery() {
        return keepParameters == null && dropParameters.isEmpty() && !sortParameters;
    }

    boolean counts(String parameter) {
        return !dropParameters.contains(parameter) && (keepParameters == null || keepParameters.contains(parameter));
    }
}
