package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Bypass;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.GatewayTimeout;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeReason;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HTTP's caching rules and a named policy's, as pure functions. Immutable. */
public final class CachePolicy {
    private final PolicySettings settings;
    private final FreshnessRules freshness;
    private final StorageRules storage;

    public CachePolicy(PolicySettings settings) {
        this.settings = settings;
        this.freshness = new FreshnessRules(settings);
        this.storage = new StorageRules(settings, freshness);
    }

    public PolicySettings settings() {
        return settings;
    }

    /** How fresh a response is, stored or not. */
    public Freshness freshness(ResponseHead head, Instant now) {
        return freshness.of(head, now);
    }

    /** What to do with a request, given all stored responses of its key (RFC 9111 §4). */
    public CacheDecision decide(PresentedRequest request, List<Candidate> candidates, Trust trust, Instant now) {
        if (!request.isGet() && !request.isHead()) {
            return new Bypass(FwdReason.METHOD);
        }
        if (settings.consistency() == PolicySettings.Consistency.STRONG) {
            return new Bypass(FwdReason.BYPASS);
        }
        RequestDirectives directives = RequestDirectives.of(request.headers());
        Candidate selected = Selection.select(request, candidates);
        if (selected == null) {
            if (directives.onlyIfCached()) {
                return new GatewayTimeout();
            }
            return new Fetch(missReason(candidates), null, storable(request, directives));
        }
        return decide(request, directives, selected, trust, now);
    }

    private CacheDecision decide(
            PresentedRequest request, RequestDirectives directives, Candidate selected, Trust trust, Instant now) {
        StoredResponse stored = selected.response();
        Freshness fresh = freshness.of(stored.head(), now);
        boolean purgedSoftly = selected.verdict() == PurgeVerdict.STALE;
        if (directives.noCache() || directives.noStore()) {
            return validate(request, directives, stored, FwdReason.REQUEST);
        }
        if (trust == Trust.CONFIRM_EACH_USE || stored.head().directives().noCache()) {
            return validate(request, directives, stored, FwdReason.STALE);
        }
        if (fresh.isFresh() && !purgedSoftly) {
            if (directives.accepts(fresh)) {
                return new ServeStored(stored, fresh, ServeReason.FRESH, false);
            }
            return validate(request, directives, stored, FwdReason.REQUEST);
        }
        if (!stored.head().directives().mustRevalidate()) {
            if (directives.accepts(fresh) && fresh.staleness().compareTo(staleWhileRevalidate(stored)) < 0) {
                return new ServeStored(stored, fresh, ServeReason.STALE_WHILE_REVALIDATE, true);
            }
            if (!purgedSoftly && directives.acceptsStale(fresh)) {
                return new ServeStored(stored, fresh, ServeReason.MAX_STALE, false);
            }
        }
        return validate(request, directives, stored, FwdReason.STALE);
    }

    private static CacheDecision validate(
            PresentedRequest request, RequestDirectives directives, StoredResponse stored, FwdReason reason) {
        if (directives.onlyIfCached()) {
            return new GatewayTimeout();
        }
        boolean storable = storable(request, directives);
        Headers conditions = Validators.conditions(stored.headers());
        return conditions.size() == 0 || !stored.body().isComplete()
                ? new Fetch(reason, stored, storable)
                : new Revalidate(stored, conditions, reason, storable);
    }

    /**
     * The request that refreshes a stored response behind a stale answer: a GET with the client's fields, but for
     * conditions, ranges and cache directives, and with the stored response's own conditions.
     */
    public static Headers refreshHeaders(Headers request, StoredResponse stored) {
        return request.without(Validators.CONDITIONAL_FIELDS).without("Range", "Cache-Control", "Pragma").toBuilder()
                .addAll(Validators.conditions(stored.headers()))
                .build();
    }

    /**
     * What to do with a response to a GET or HEAD.
     *
     * @param decision what sent the request: {@link Revalidate} or {@link Fetch}
     * @param sentAt the watermark when the request was sent
     */
    public StoreDecision onOriginResponse(
            PresentedRequest request, CacheDecision decision, ResponseHead response, Position sentAt, Instant now) {
        return storage.decide(request, decision, response, sentAt, now, this::staleOnError);
    }

    /**
     * What may be served though the origin could not be reached or did not answer in time (RFC 5861 §4), empty if
     * nothing.
     *
     * @param extended how much longer than its window a response may be served, while the origin is known to be down
     */
    public Optional<ServeStored> onOriginFailure(CacheDecision decision, Duration extended, Instant now) {
        StoredResponse stored = StorageRules.storedOf(decision);
        return stored == null ? Optional.empty() : Optional.ofNullable(stale(stored, extended, now));
    }

    private @Nullable ServeStored staleOnError(StoredResponse stored, Instant now) {
        return stale(stored, Duration.ZERO, now);
    }

    private @Nullable ServeStored stale(StoredResponse stored, Duration extended, Instant now) {
        Freshness fresh = freshness.of(stored.head(), now);
        Duration window = stored.head().directives().staleIfError();
        if (window == null) {
            window = settings.staleIfError();
        }
        if (window == null || stored.head().directives().mustRevalidate()) {
            return null;
        }
        return fresh.staleness().compareTo(window.plus(extended)) <= 0
                ? new ServeStored(stored, fresh, ServeReason.STALE_IF_ERROR, false)
                : null;
    }

    private Duration staleWhileRevalidate(StoredResponse stored) {
        Duration own = stored.head().directives().staleWhileRevalidate();
        if (own != null) {
            return own;
        }
        return settings.staleWhileRevalidate() == null ? Duration.ZERO : settings.staleWhileRevalidate();
    }

    /** What an unsafe request's response makes invalid (RFC 9111 §4.4), empty if nothing. */
    public static Optional<Invalidation> invalidation(PresentedRequest request, ResponseHead response) {
        return Invalidation.of(request, response);
    }

    private static FwdReason missReason(List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (candidate.verdict() != PurgeVerdict.ABSENT) {
                return FwdReason.VARY_MISS;
            }
        }
        return FwdReason.URI_MISS;
    }

    private static boolean storable(PresentedRequest request, RequestDirectives directives) {
        return !directives.noStore() && (request.isGet() || request.isHead());
    }
}
