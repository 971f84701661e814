package io.tidemark.gateway.cache;

import java.util.List;
import java.util.Set;
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
 */
public record KeySettings(
        @Nullable Set<String> keepParameters,
        Set<String> dropParameters,
        boolean sortParameters,
        List<String> headers,
        List<String> cookies,
        List<String> claims) {
    private static final KeySettings URL_ONLY = new KeySettings(null, Set.of(), false, List.of(), List.of());

    public KeySettings {
        keepParameters = keepParameters == null ? null : Set.copyOf(keepParameters);
        dropParameters = Set.copyOf(dropParameters);
        headers = List.copyOf(headers);
        cookies = List.copyOf(cookies);
        claims = List.copyOf(claims);
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

    boolean keepsQuery() {
        return keepParameters == null && dropParameters.isEmpty() && !sortParameters;
    }

    boolean counts(String parameter) {
        return !dropParameters.contains(parameter) && (keepParameters == null || keepParameters.contains(parameter));
    }
}
