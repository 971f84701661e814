package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Bypass;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.GatewayTimeout;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeReason;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.StoreDecision.ServeStale;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** HTTP's caching rules and a named policy's, as pure functions. Immutable. */
public final class CachePolicy {
    private final PolicySettings settings;
    private final FreshnessRules freshness;
    private final StorageRules storage;
    private final EarlyRefresh early;

    /** With early refreshes that no other process draws alike. */
    public CachePolicy(PolicySettings settings) {
        this(settings, new EarlyRefresh(EarlyRefresh.Draws.seeded(new SplittableRandom().nextLong())));
    }

    public CachePolicy(PolicySettings settings, EarlyRefresh early) {
        this.settings = settings;
        this.early = early;
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
        return decide(request, RequestDirectives.of(request.headers()), candidates, trust, now);
    }

    /**
     * The same where the client may not force a call to the origin: {@code no-cache}, {@code no-store}, {@code max-age} and
     * {@code min-fresh}, which are advisory (RFC 9111 §5.2.1), pass no stored response by, nor do {@code If-Match} and {@code
     * If-Unmodified-Since}, which a cache may ignore (RFC 9110 §13.1.1, §13.1.4). What says {@code no-store} is not stored.
     */
    public CacheDecision decideUnforced(
            PresentedRequest request, List<Candidate> candidates, Trust trust, Instant now) {
        return decide(request, RequestDirectives.of(request.headers()).unheeded(), candidates, trust, now);
    }

    private CacheDecision decide(
            PresentedRequest request,
            RequestDirectives directives,
            List<Candidate> candidates,
            Trust trust,
            Instant now) {
        if (!request.isGet() && !request.isHead()) {
            return new Bypass(FwdReason.METHOD);
        }
        if (settings.consistency() == PolicySettings.Consistency.STRONG || request.hasBody()) {
            return new Bypass(FwdReason.BYPASS);
        }
        Candidate selected = Selection.select(request, candidates);
        if (selected == null) {
            return directives.onlyIfCached() ? new GatewayTimeout() : miss(request, directives, candidates);
        }
        StoredResponse stored = selected.response();
        FwdReason forward = whyNot(request, directives, stored, trust);
        if (forward == null) {
            ServeStored served = serve(directives, selected, now);
            if (served != null) {
                return served;
            }
            forward = freshness.of(stored.head(), now).isFresh() && selected.verdict() == PurgeVerdict.VALID
                    ? FwdReason.REQUEST
                    : FwdReason.STALE;
        }
        return directives.onlyIfCached() ? new GatewayTimeout() : forward(request, directives, stored, trust, forward);
    }

    /** Where the origin may have a variant for this request that is stored for another, it is asked which (§4.3.1). */
    private static CacheDecision miss(
            PresentedRequest request, RequestDirectives directives, List<Candidate> candidates) {
        boolean storable = !directives.noStore();
        List<StoredResponse> variants = Selection.nameable(request, candidates);
        return variants.isEmpty()
                ? new Fetch(Selection.missReason(candidates), null, storable, false)
                : new Revalidate(
                        variants.getFirst(),
                        Validators.anyOf(variants),
                        FwdReason.VARY_MISS,
                        storable,
                        false,
                        variants);
    }

    /** Why the stored response cannot be used, whatever its freshness; null if it can. */
    private static @Nullable FwdReason whyNot(
            PresentedRequest request, RequestDirectives directives, StoredResponse stored, Trust trust) {
        if (directives.passesStoreBy() || (directives.heeded() && request.isForTheOrigin())) {
            return FwdReason.REQUEST;
        }
        if (!RangeSelection.covers(stored, request)) {
            return FwdReason.PARTIAL;
        }
        return trust == Trust.CONFIRM_EACH_USE || stored.head().directives().noCache() ? FwdReason.STALE : null;
    }

    /** The stored response if freshness, its own leave to be stale, or the request's allow it; else null. */
    private @Nullable ServeStored serve(RequestDirectives directives, Candidate selected, Instant now) {
        StoredResponse stored = selected.response();
        Freshness fresh = freshness.of(stored.head(), now);
        boolean valid = selected.verdict() == PurgeVerdict.VALID;
        if (fresh.isFresh() && valid) {
            return directives.accepts(fresh)
                    ? new ServeStored(stored, fresh, ServeReason.FRESH, isDueEarly(stored, fresh, now))
                    : null;
        }
        if (stored.head().directives().mustRevalidate()) {
            return null;
        }
        Duration window = staleWhileRevalidate(stored);
        if (!window.isZero() && directives.accepts(fresh) && fresh.staleness().compareTo(window) < 0) {
            return new ServeStored(stored, fresh, ServeReason.STALE_WHILE_REVALIDATE, true);
        }
        return valid && directives.acceptsStale(fresh)
                ? new ServeStored(stored, fresh, ServeReason.MAX_STALE, false)
                : null;
    }

    private boolean isDueEarly(StoredResponse stored, Freshness fresh, Instant now) {
        return settings.earlyRefresh() && early.isDue(stored.head(), fresh, now);
    }

    private static CacheDecision forward(
            PresentedRequest request,
            RequestDirectives directives,
            StoredResponse stored,
            Trust trust,
            FwdReason reason) {
        boolean storable = !directives.noStore();
        boolean staleAllowed = trust == Trust.TRUSTED
                && !directives.noCache()
                && !directives.noStore()
                && RangeSelection.covers(stored, request);
        Headers conditions = Validators.conditions(stored.headers());
        boolean conditional = conditions.size() > 0 && stored.body().isComplete() && !request.isForTheOrigin();
        return conditional
                ? new Revalidate(stored, conditions, reason, storable, staleAllowed)
                : new Fetch(reason, stored, storable, staleAllowed);
    }

    /** The fields to send for {@link Revalidate}: the client's with the stored response's conditions, for the whole. */
    public static Headers revalidationHeaders(Headers request, Headers conditions) {
        return unconditional(request).toBuilder().addAll(conditions).build();
    }

    /** The fields of a request for the whole, under no condition. */
    public static Headers unconditional(Headers request) {
        return request.without(Validators.CONDITIONAL_FIELDS).without("Range");
    }

    /** The same, which any stored response will do for: the fields of a refresh behind an answer. */
    public static Headers undemanding(Headers request) {
        return unconditional(request).without("Cache-Control", "Pragma");
    }

    /** Whether a request may ask for less than the whole response. */
    public static boolean isConditional(Headers request) {
        return Validators.isConditional(request);
    }

    /** What refreshes a stored response behind the answer. */
    public static CacheDecision refresh(StoredResponse stored) {
        Headers conditions = Validators.conditions(stored.headers());
        return conditions.size() == 0
                ? new Fetch(FwdReason.STALE, stored, true, true)
                : new Revalidate(stored, conditions, FwdReason.STALE, true, true);
    }

    /**
     * What to do with a response to a GET or HEAD.
     *
     * @param decision what sent the request: {@link Revalidate} or {@link Fetch}
     * @param sentAt the watermark when the request was sent
     */
    public StoreDecision onOriginResponse(
            PresentedRequest request, CacheDecision decision, ResponseHead response, Position sentAt, Instant now) {
        if (StatusCodes.isOriginError(response.status())) {
            Optional<ServeStored> stale = onOriginFailure(decision, Duration.ZERO, now);
            if (stale.isPresent()) {
                return new ServeStale(stale.get());
            }
        }
        return storage.decide(request, decision, response, sentAt, now);
    }

    /**
     * What may be served though the origin could not be reached or did not answer in time (RFC 5861 §4), empty if
     * nothing.
     *
     * @param extended how much longer than its window a response may be served, while the origin is known to be down
     */
    public Optional<ServeStored> onOriginFailure(CacheDecision decision, Duration extended, Instant now) {
        StoredResponse stored = StorageRules.storedOf(decision);
        if (stored == null
                || !StorageRules.staleAllowed(decision)
                || stored.head().directives().mustRevalidate()) {
            return Optional.empty();
        }
        Duration own = stored.head().directives().staleIfError();
        Duration window = own == null ? settings.staleIfError() : own;
        Freshness fresh = freshness.of(stored.head(), now);
        return window == null || fresh.staleness().compareTo(window.plus(extended)) > 0
                ? Optional.empty()
                : Optional.of(new ServeStored(stored, fresh, ServeReason.STALE_IF_ERROR, false));
    }

    private Duration staleWhileRevalidate(StoredResponse stored) {
        Duration own = stored.head().directives().staleWhileRevalidate();
        Duration window = own == null ? settings.staleWhileRevalidate() : own;
        return window == null ? Duration.ZERO : window;
    }

    /** What an unsafe request's response makes invalid (RFC 9111 §4.4), empty if nothing. */
    public static Optional<Invalidation> invalidation(PresentedRequest request, ResponseHead response) {
        return Invalidation.of(request, response);
    }
}
