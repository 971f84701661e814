package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do with a request. */
public sealed interface CacheDecision {
    /**
     * Answer with the stored response; {@link Answer#from} makes status, fields and body of it.
     *
     * @param freshness its freshness at the time of the decision
     * @param refreshBehind whether to revalidate it in the background (RFC 5861 §3), unless somebody does
     */
    record ServeStored(StoredResponse stored, Freshness freshness, ServeReason reason, boolean refreshBehind)
            implements CacheDecision {}

    /** Why a stored response may be served. */
    enum ServeReason {
        FRESH,
        /** Within its stale-while-revalidate window. */
        STALE_WHILE_REVALIDATE,
        /** The request's max-stale allows it. */
        MAX_STALE,
        /** The origin failed, within the stale-if-error window. */
        STALE_IF_ERROR
    }

    /**
     * Ask the origin whether the stored response still stands. The request is sent without {@code Range}, and with every
     * conditional field of the client replaced by {@code conditions}: see {@link CachePolicy#revalidationHeaders}.
     *
     * @param conditions If-None-Match and/or If-Modified-Since
     * @param storable whether a new response may be stored
     * @param staleAllowed whether the stored response may be served if the origin fails, and its own rules allow it
     * @param variants where no stored response is for this request: those of which the origin may name one with a 304
     *     (§4.3.3); {@code stored} is the first of them, and known to be nothing more. Else empty
     */
    record Revalidate(
            StoredResponse stored,
            Headers conditions,
            FwdReason reason,
            boolean storable,
            boolean staleAllowed,
            List<StoredResponse> variants)
            implements CacheDecision {
        public Revalidate {
            variants = List.copyOf(variants);
        }

        public Revalidate(
                StoredResponse stored, Headers conditions, FwdReason reason, boolean storable, boolean staleAllowed) {
            this(stored, conditions, reason, storable, staleAllowed, List.of());
        }

        /** Whether the origin is to choose among the variants. */
        boolean isSelection() {
            return !variants.isEmpty();
        }
    }

    /**
     * Fetch from the origin, with the request's fields as they are.
     *
     * @param stored a response that the new one replaces, or completes, or that may be served if the origin fails; null if
     *     there is none
     * @param storable whether the response may be stored
     * @param staleAllowed whether the stored response may be served if the origin fails, and its own rules allow it
     */
    record Fetch(FwdReason reason, @Nullable StoredResponse stored, boolean storable, boolean staleAllowed)
            implements CacheDecision {}

    /** Pass through: the cache takes no part, but an unsafe method may invalidate. */
    record Bypass(FwdReason reason) implements CacheDecision {}

    /** The client wants only what is stored, and nothing is: 504 (RFC 9111 §5.2.1.7). */
    record GatewayTimeout() implements CacheDecision {}

    /** Nothing is answered while it is not known what was purged: 503. Of policies that want it so, not of HTTP's rules. */
    record CutOff() implements CacheDecision {}
}
