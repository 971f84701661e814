package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What to do with an origin's response, decided by its head. */
public sealed interface StoreDecision {
    /**
     * Forward it and store it once its body is complete.
     *
     * @param head as it is to be forwarded and stored
     * @param tags for its purge subject
     * @param part the range that the body is, null if it is the whole
     */
    record Store(
            ResponseHead head,
            Variant variant,
            Set<String> tags,
            @Nullable ContentRange part) implements StoreDecision {
        /**
         * What to put into the store. The caller answers for the body being complete.
         *
         * @param sentAt the watermark when the request was sent
         * @param hosts the hosts that purges may name it by, in lower case, without ports
         */
        public StoredResponse with(byte[] body, PresentedRequest request, List<String> hosts, Position sentAt) {
            return new StoredResponse(
                    head,
                    variant,
                    part == null
                            ? StoredBody.complete(body)
                            : StoredBody.part(body, part.first(), part.completeLength()),
                    sentAt,
                    new PurgeSubject(hosts, request.path(), request.query(), tags));
        }
    }

    /**
     * A 304 to the cache's own condition, or a HEAD: the stored response stands, with new fields. Store it and, for a 304,
     * answer from it.
     */
    record Freshen(StoredResponse freshened) implements StoreDecision {}

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
        /** Neither explicit freshness nor a validator nor a status that allows a heuristic. */
        NO_FRESHNESS,
        /** A part that says not, or says wrongly, which one it is. */
        INVALID_RANGE,
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
