package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a client says of caching (RFC 9111 §5.2.1, §5.4).
 *
 * @param heeded whether it may pass a stored response by; RFC 9111 §5.2.1 leaves that to the cache
 */
record RequestDirectives(CacheControl control, boolean pragmaNoCache, boolean heeded) {
    private static final RequestDirectives NONE = new RequestDirectives(CacheControl.NONE, false, true);

    static RequestDirectives of(Headers request) {
        CacheControl control = CacheControl.of(request);
        if (!control.isEmpty()) {
            return new RequestDirectives(control, false, true);
        }
        boolean pragma = request.has("Pragma")
                && CacheControl.parse(request.all("Pragma")).has("no-cache");
        return pragma ? new RequestDirectives(CacheControl.NONE, true, true) : NONE;
    }

    RequestDirectives unheeded() {
        return new RequestDirectives(control, pragmaNoCache, false);
    }

    /** Whether no stored response will do. */
    boolean passesStoreBy() {
        return heeded && (noCache() || noStore());
    }

    boolean noCache() {
        return pragmaNoCache || control.has("no-cache");
    }

    boolean noStore() {
        return control.has("no-store");
    }

    boolean onlyIfCached() {
        return control.has("only-if-cached");
    }

    /** Whether max-age and min-fresh allow a response of this age and remaining lifetime. */
    boolean accepts(Freshness freshness) {
        if (control.isEmpty() || !heeded) {
            return true;
        }
        OptionalLong maxAge = control.seconds("max-age");
        if (maxAge.isPresent() && freshness.age().compareTo(Duration.ofSeconds(maxAge.getAsLong())) > 0) {
            return false;
        }
        OptionalLong minFresh = control.seconds("min-fresh");
        return minFresh.isEmpty() || freshness.ttl().compareTo(Duration.ofSeconds(minFresh.getAsLong())) >= 0;
    }

    /** Whether max-stale allows a response that has been stale for so long. */
    boolean acceptsStale(Freshness freshness) {
        if (!control.has("max-stale") || !accepts(freshness)) {
            return false;
        }
        String limit = control.argument("max-stale");
        return limit == null
                || limit.isEmpty()
                || freshness
                                .staleness()
                                .compareTo(Duration.ofSeconds(
                                        control.seconds("max-stale").orElse(0)))
                        <= 0;
    }
}
