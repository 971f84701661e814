package io.tidemark.gateway.ops;

import io.tidemark.commons.problems.Problems;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.Candidate;
import io.tidemark.gateway.cache.Freshness;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.edge.CacheSteps;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.policy.CachedRoutes.CachedRoute;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.policy.PolicyDecider.Ruling;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.server.AskedUrl;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.SharedStore;
import io.tidemark.gateway.store.TieredStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.util.MimeType;
import reactor.core.publisher.Mono;

/**
 * {@code GET /actuator/explain?url=http://host/path}: what a plain GET of that URL would be answered with now, and why; with
 * {@code &at=<time>} the last request for it up to then that is remembered. {@code ?request=<id>}: what became of a request. Asks
 * the stores, never an origin.
 */
@Component
@Endpoint(id = "explain")
final class ExplainEndpoint {
    private final UrlKeys keys;
    private final TieredStore store;
    private final PurgeView purges;
    private final PolicyDecider judge;
    private final InstantSource clock;
    private final RequestMemory memory;
    private final RecentPurges recent;
    private final GatewayIdentity gateway;

    ExplainEndpoint(
            UrlKeys keys,
            TieredStore store,
            PurgeView purges,
            PolicyDecider judge,
            InstantSource clock,
            RequestMemory memory,
            RecentPurges recent,
            GatewayIdentity gateway) {
        this.memory = memory;
        this.recent = recent;
        this.gateway = gateway;
        this.keys = keys;
        this.store = store;
        this.purges = purges;
        this.judge = judge;
        this.clock = clock;
    }

    /**
     * What would happen.
     *
     * @param route the cached route that takes the path, null if none does
     * @param redisKey the name of its response in the shared store
     * @param decision what the cache would do
     * @param standing how this gateway stands to the purge log
     * @param watermark the last purge applied
     */
    record Explanation(
            String url,
            @Nullable String route,
            @Nullable String policy,
            @Nullable String key,
            @Nullable String redisKey,
            String decision,
            String standing,
            String watermark,
            List<Stored> stored) {}

    /**
     * A stored response of the key.
     *
     * @param variant the request fields that it is for
     * @param filledAt the watermark when its request was sent
     * @param verdict what the purges since then say of it
     */
    record Stored(
            int status,
            String variant,
            int bytes,
            @Nullable String etag,
            @Nullable String cacheControl,
            Set<String> tags,
            String filledAt,
            String verdict,
            Sum freshness) {}

    /** {@code ttl = lifetime - age}, in seconds; the source is where the lifetime is from. */
    record Sum(long lifetimeSeconds, String source, long ageSeconds, long ttlSeconds) {}

    @ReadOperation
    Mono<?> explain(@Nullable String url, @Nullable String request, @Nullable String at) {
        if (request != null) {
            if (url != null || at != null) {
                throw new InvalidEndpointRequestException("either a request or a url", "ask by request, or by url");
            }
            return Mono.just(found(memory.find(request), "no request with this id is remembered"));
        }
        if (url == null) {
            throw new InvalidEndpointRequestException("neither a url nor a request", "ask by url, or by request");
        }
        return at == null ? explain(url) : explain(url, time(at));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException malformed) {
            throw new InvalidEndpointRequestException("not a time as 2026-01-31T12:00:00Z: " + text, "not a time");
        }
    }

    private WebEndpointResponse<Object> found(RequestMemory.@Nullable Remembered request, String otherwise) {
        if (request != null) {
            return new WebEndpointResponse<>(
                    RequestExplanation.of(request, recent, Map.of("region", gateway.region(), "colo", gateway.colo())));
        }
        Instant since = memory.since();
        ProblemDetail problem = Problems.of(
                HttpStatus.NOT_FOUND,
                "not-remembered",
                "Nothing is remembered of it",
                otherwise + " on " + gateway.colo()
                        + ": it never came here, it is forgotten, or it was one of the hits that are"
                        + " not remembered (tidemark.explain.*); "
                        + (since == null ? "the memory is empty" : "the memory goes back to " + since));
        return new WebEndpointResponse<>(problem, 404, MimeType.valueOf("application/problem+json"));
    }

    private Mono<WebEndpointResponse<Object>> explain(String url, Instant at) {
        return keys.of(asked(url))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .map(keyed -> found(
                        keyed.map(of -> memory.last(of.key(), at)).orElse(null),
                        "no request for this URL up to " + at + " is remembered"));
    }

    private Mono<Explanation> explain(String url) {
        return keys.of(asked(url))
                .flatMap(keyed -> explain(url, keyed))
                .switchIfEmpty(Mono.fromSupplier(() -> new Explanation(
                        url,
                        null,
                        null,
                        null,
                        null,
                        "no cached route takes this path",
                        purges.standing().label(),
                        purges.positionAtSend().toString(),
                        List.of())));
    }

    private Mono<Explanation> explain(String url, UrlKeys.Keyed keyed) {
        CachedRoute route = keyed.route();
        return Mono.fromCompletionStage(() -> store.find(
                        keyed.key(), keyed.request(), response -> route.policy().keep(response, clock.instant())))
                .map(found -> explanation(url, route, keyed.key(), keyed.request(), found));
    }

    private static AskedUrl asked(String url) {
        try {
            return AskedUrl.parse(url);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidEndpointRequestException("not a URL: " + url, malformed.getMessage());
        }
    }

    private Explanation explanation(
            String url, CachedRoute route, CacheKey key, PresentedRequest request, List<LocalEntry> found) {
        Ruling ruling = judge.explain(route.policy(), request, found);
        List<Stored> stored = new ArrayList<>();
        for (Candidate candidate : ruling.candidates()) {
            StoredResponse response = candidate.response();
            Freshness fresh = route.policy().cache().freshness(response.head(), ruling.now());
            stored.add(new Stored(
                    response.status(),
                    response.variant().fields().toString(),
                    response.body().length(),
                    response.headers().first("ETag"),
                    response.headers().combined("Cache-Control"),
                    response.subject().tags(),
                    response.filledAt().toString(),
                    candidate.verdict().name().toLowerCase(Locale.ROOT),
                    new Sum(
                            fresh.lifetime().toSeconds(),
                            fresh.source().name().toLowerCase(Locale.ROOT),
                            fresh.age().toSeconds(),
                            fresh.lifetime().toSeconds() - fresh.age().toSeconds())));
        }
        return new Explanation(
                url,
                route.id(),
                route.policyName(),
                key.text(),
                SharedStore.responseKey(key),
                CacheSteps.text(ruling.decision()) + (isUnverified(ruling) ? ", as unverified" : ""),
                ruling.standing().label(),
                purges.positionAtSend().toString(),
                stored);
    }

    private static boolean isUnverified(Ruling ruling) {
        return ruling.unverified() && ruling.decision() instanceof ServeStored;
    }
}
