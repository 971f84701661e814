package io.tidemark.gateway.edge;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.Freshness;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.purge.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * One decision of the cache, and what it was made of. Most are never read: what takes time to find out is found out by who reads.
 *
 * @param text in words
 * @param standing how the gateway stood to the purge log
 * @param watermark the last purge applied
 * @param covered what purges cover it by, before its tags are known
 * @param seen the stored responses of the key
 */
public record Decided(
        Instant at,
        CacheKey key,
        String text,
        Standing standing,
        Position watermark,
        Supplier<PurgeSubject> covered,
        List<Seen> seen) {
    /** No more of a key's are told of. */
    private static final int MOST = 8;

    /**
     * A stored response as it was then.
     *
     * @param filledAt the watermark when its request was sent
     * @param source where its lifetime is from
     */
    public record Seen(
            int status,
            int bytes,
            String variant,
            Position filledAt,
            PurgeSubject subject,
            long lifetimeSeconds,
            String source,
            long ageSeconds) {
        static Seen of(StoredResponse response, RoutePolicy policy, Instant now) {
            Freshness fresh = policy.cache().freshness(response.head(), now);
            return new Seen(
                    response.status(),
                    response.body().length(),
                    response.variant().fields().toString(),
                    response.filledAt(),
                    response.subject(),
                    fresh.lifetime().toSeconds(),
                    fresh.source().name().toLowerCase(Locale.ROOT),
                    fresh.age().toSeconds());
        }
    }

    /** All of a key's, as they are now. */
    public static List<Seen> seen(List<StoredResponse> responses, RoutePolicy policy, Instant now) {
        return responses.isEmpty()
                ? List.of()
                : responses.stream()
                        .limit(MOST)
                        .map(response -> Seen.of(response, policy, now))
                        .toList();
    }
}
