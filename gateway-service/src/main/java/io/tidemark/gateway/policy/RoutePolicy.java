package io.tidemark.gateway.policy;

import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.Freshness;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.redact.Redaction;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A named policy as a whole: HTTP's rules with what it changes of them, and how its origin is called.
 *
 * @param collapseWait how long a request waits for another's call to the origin before it makes its own
 * @param defaultResponse what is answered where the origin gave no response and nothing stored can stand in; null: a problem
 * @param refreshHottest how many of the most asked-for responses are refreshed before their lifetime ends, asked for or not
 * @param shield the region through which fills go; null: straight to the origin
 * @param version what its keys have beside the URL
 * @param refills how many calls may fill the cache at a time
 * @param redaction what is taken out of the origin's answers; null: nothing
 * @param hiddenNames what purges of clients' requests name responses by; null: their URLs
 */
public record RoutePolicy(
        CachePolicy cache,
        OriginTimeouts timeouts,
        WhenCutOff whenCutOff,
        Duration collapseWait,
        @Nullable DefaultResponse defaultResponse,
        int refreshHottest,
        @Nullable Shield shield,
        KeyVersion version,
        RefillLimits refills,
        @Nullable Redaction redaction,
        @Nullable HiddenNames hiddenNames) {
    /** How long a stale response is kept for the sake of its validator, or for requests that take a stale one. */
    private static final Duration KEPT_STALE = Duration.ofHours(1);

    private static final Duration LONGEST = Duration.ofDays(7);

    public RoutePolicy {
        if (refreshHottest < 0) {
            throw new IllegalArgumentException("refresh-hottest must not be negative: " + refreshHottest);
        }
    }

    /**
     * One whose fills go straight to the origin in any number, whose refreshes somebody asks for, whose keys have no version.
     */
    public RoutePolicy(
            CachePolicy cache,
            OriginTimeouts timeouts,
            WhenCutOff whenCutOff,
            Duration collapseWait,
            @Nullable DefaultResponse defaultResponse) {
        this(
                cache,
                timeouts,
                whenCutOff,
                collapseWait,
                defaultResponse,
                0,
                null,
                KeyVersion.NONE,
                RefillLimits.NONE,
                null,
                null);
    }

    /** The same where answers are redacted: what is redacted by other rules, or not at all, has other keys. */
    RoutePolicy redacted(Redaction rules) {
        return new RoutePolicy(
                cache,
                timeouts,
                whenCutOff,
                collapseWait,
                defaultResponse,
                refreshHottest,
                shield,
                new RedactedVersion(version, rules.version()),
                refills,
                rules,
                hiddenNames);
    }

    /** The same where nothing that purges say may tell what they are about. */
    RoutePolicy hiding(HiddenNames names) {
        return new RoutePolicy(
                cache,
                timeouts,
                whenCutOff,
                collapseWait,
                defaultResponse,
                refreshHottest,
                shield,
                version,
                refills,
                redaction,
                names);
    }

    /** Calls the origin, and gives what may be seen of its answer. */
    public Mono<OriginAnswer> call(Origins origins, OriginRequest request) {
        return redaction == null ? origins.call(request) : redaction.call(origins, request);
    }

    /** For how long a stored response can be of use, from now. */
    public Duration keep(StoredResponse response, Instant now) {
        ResponseHead head = response.head();
        Freshness freshness = cache.freshness(head, now);
        Duration stale = longer(
                longer(
                        head.directives().staleWhileRevalidate(),
                        cache.settings().staleWhileRevalidate()),
                longer(head.directives().staleIfError(), cache.settings().staleIfError()));
        // From now, for what was stale when it came has a use too: it can be validated.
        Duration fresh = freshness.isFresh() ? freshness.ttl() : Duration.ZERO;
        // Of one user nothing is kept for its validator: the shorter the better.
        Duration keep = fresh.plus(cache.settings().key().isPersonal() ? stale : longer(stale, KEPT_STALE));
        return keep.compareTo(LONGEST) > 0 ? LONGEST : keep;
    }

    private static Duration longer(@Nullable Duration one, @Nullable Duration other) {
        Duration first = one == null ? Duration.ZERO : one;
        Duration second = other == null ? Duration.ZERO : other;
        return first.compareTo(second) >= 0 ? first : second;
    }
}
