package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.http.ContentRange;
import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What to do with an origin's response, decided by its head. */
public sealed interface StoreDecision {
    /**
     * Forward the origin's response and store it once its body is complete.
     *
     * @param head as it is to be stored: some fields are forwarded, but not stored
     * @param tags for its purge subject
     * @param part the range that the body is, null if it is the whole
     * @param extended a stored part that the new one is added to, null if there is none
     */
    record Store(
            ResponseHead head,
            Variant variant,
            Set<String> tags,
            @Nullable ContentRange part,
            @Nullable StoredResponse extended)
            implements StoreDecision {
        /**
         * What to put into the store, null if the body is not as long as its range says. The caller answers for the body
         * being complete.
         *
         * @param sentAt the watermark when the request was sent
         * @param hosts the hosts that purges may name it by, in lower case, without ports
         */
        public @Nullable StoredResponse with(
                byte[] body, PresentedRequest request, List<String> hosts, Position sentAt) {
            PurgeSubject subject = new PurgeSubject(hosts, request.path(), request.query(), tags);
            if (part == null) {
                return new StoredResponse(head, variant, StoredBody.complete(body), sentAt, subject);
            }
            if (part.length() != body.length) {
                return null;
            }
            StoredBody stored = StoredBody.part(body, part.first(), part.completeLength());
            StoredResponse fresh = new StoredResponse(head, variant, stored, sentAt, subject);
            return extended == null ? fresh : PartialContent.extend(extended, fresh);
        }
    }

    /**
     * A 304 to the cache's own condition, or the answer to a HEAD: the stored response stands, with new fields. For a 304,
     * answer from it.
     *
     * @param former what it renews: to be removed from the store, as the two may be different variants
     * @param keep whether to put the freshened one into the store
     * @param forAsker fields for whoever the origin was asked for, and for nobody else
     */
    record Freshen(StoredResponse freshened, StoredResponse former, boolean keep, Headers forAsker)
            implements StoreDecision {
        Freshen(StoredResponse freshened, StoredResponse former, boolean keep) {
            this(freshened, former, keep, Headers.empty());
        }
    }

    /**
     * A 304 that is about another response than the stored one: ask again, without a condition.
     *
     * @param obsolete the stored response that it shows to be out of date, null if there is none
     */
    record FetchAgain(@Nullable StoredResponse obsolete) implements StoreDecision {}

    /** A 5xx where the stale response may be served instead (RFC 5861 §4). */
    record ServeStale(CacheDecision.ServeStored stale) implements StoreDecision {}

    /**
     * Forward it only.
     *
     * @param obsolete a stored response that it shows to be out of date, to be removed; null if there is none
     */
    record DoNotStore(NoStoreReason reason, @Nullable StoredResponse obsolete) implements StoreDecision {}

    /** Why a response is not stored. */
    enum NoStoreReason {
        METHOD,
        /** The request said no-store. */
        REQUEST,
        NO_STORE,
        PRIVATE,
        AUTHORIZATION,
        SET_COOKIE,
        VARY_ANYTHING,
        /** A status that must be understood to be stored, or that no cache may store. */
        STATUS,
        /** An error that may be about this request only, and does not say what it varies on. */
        ABOUT_REQUEST,
        /** Neither explicit freshness nor a validator nor a status that allows a heuristic. */
        NO_FRESHNESS,
        /** A part that says not, or says wrongly, which one it is. */
        INVALID_RANGE,
        /** A type that the path's extension does not stand for, where the policy looks at that. */
        TYPE,
        /** Longer than the policy's limit. */
        TOO_LARGE,
        /** The policy stores nothing. */
        POLICY;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public String label() {
            return label;
        }
    }
}
