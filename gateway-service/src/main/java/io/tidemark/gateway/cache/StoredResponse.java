package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.http.Headers;

/**
 * A response in the cache. Which key it is stored under is the store's business; several, one for each variant, may be
 * under one key.
 *
 * @param head status, fields as they are to be forwarded, and the times that its age is computed from; the status is that
 *     of a complete response (200) also when the body is a part of it
 * @param variant which requests it may answer
 * @param body what is there of the body
 * @param filledAt the gateway's watermark when the request for it was sent
 * @param subject what purges match it by
 */
public record StoredResponse(
        ResponseHead head, Variant variant, StoredBody body, Position filledAt, PurgeSubject subject) {

    public int status() {
        return head.status();
    }

    public Headers headers() {
        return head.headers();
    }

    /** The same as it is to lie under this key: what belongs to one person says so. */
    public StoredResponse under(CacheKey key) {
        PurgeSubject owned = subject.under(key);
        return owned.equals(subject) ? this : new StoredResponse(head, variant, body, filledAt, owned);
    }

    public StoredResponse withHead(ResponseHead newHead) {
        return new StoredResponse(newHead, variant, body, filledAt, subject);
    }
}
