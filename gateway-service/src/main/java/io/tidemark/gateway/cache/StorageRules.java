package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.StoreDecision.DoNotStore;
import io.tidemark.gateway.cache.StoreDecision.NoStoreReason;
import io.tidemark.gateway.cache.StoreDecision.ServeStale;
import io.tidemark.gateway.cache.StoreDecision.Store;
import java.time.Instant;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What may be stored (RFC 9111 §3), and what a response does to the one that it validates (§4.3.3). */
final class StorageRules {
    private final PolicySettings settings;
    private final FreshnessRules freshness;

    StorageRules(PolicySettings settings, FreshnessRules freshness) {
        this.settings = settings;
        this.freshness = freshness;
    }

    StoreDecision decide(
            PresentedRequest request,
            CacheDecision decision,
            ResponseHead response,
            Position sentAt,
            Instant now,
            BiFunction<StoredResponse, Instant, @Nullable ServeStored> staleOnError) {
        StoredResponse stored = storedOf(decision);
        if (stored != null) {
            if (StatusCodes.isOriginError(response.status())) {
                ServeStored stale = staleOnError.apply(stored, now);
                if (stale != null) {
                    return new ServeStale(stale);
                }
            }
            if (response.status() == 304 && decision instanceof Revalidate) {
                return Freshening.by304(stored, response, sentAt);
            }
            if (request.isHead()) {
                return Freshening.byHead(stored, response);
            }
        }
        NoStoreReason reason = refusal(request, decision, response, now);
        if (reason != null) {
            // Stored under another validator, and the origin now says something else that is not to be stored.
            return new DoNotStore(reason, response.status() < 500 ? stored : null);
        }
        ContentRange part = response.status() == 206 ? ContentRange.of(response.headers()) : null;
        return new Store(
                response, Variant.of(response.headers(), request.headers()), Tags.of(response.headers()), part);
    }

    private @Nullable NoStoreReason refusal(
            PresentedRequest request, CacheDecision decision, ResponseHead response, Instant now) {
        ResponseDirectives directives = response.directives();
        int status = response.status();
        if (!request.isGet()) {
            return NoStoreReason.METHOD;
        }
        if (!isStorable(decision)) {
            return NoStoreReason.REQUEST;
        }
        if (status < 200 || status > 599 || status == 304 || status == 416) {
            return NoStoreReason.STATUS;
        }
        if (directives.control().has("must-understand")) {
            if (!StatusCodes.isUnderstood(status)) {
                return NoStoreReason.STATUS;
            }
        } else if (directives.noStore()) {
            return NoStoreReason.NO_STORE;
        }
        if (directives.isPrivate()) {
            return NoStoreReason.PRIVATE;
        }
        if (request.headers().has("Authorization") && !allowsAuthorized(directives)) {
            return NoStoreReason.AUTHORIZATION;
        }
        if (Variant.of(response.headers(), request.headers()).matchesNothing()) {
            return NoStoreReason.VARY_ANYTHING;
        }
        if (status == 206 && ContentRange.of(response.headers()) == null) {
            return NoStoreReason.INVALID_RANGE;
        }
        Freshness fresh = freshness.of(response, now);
        if (response.headers().has("Set-Cookie") && !allowsCookies(directives, fresh)) {
            return NoStoreReason.SET_COOKIE;
        }
        boolean worth = fresh.isExplicit() || fresh.isFresh() || Validators.has(response.headers());
        return worth ? null : NoStoreReason.NO_FRESHNESS;
    }

    /** RFC 9111 §3.5. */
    private static boolean allowsAuthorized(ResponseDirectives directives) {
        return directives.control().has("public")
                || directives.control().has("s-maxage")
                || directives.control().has("must-revalidate");
    }

    private boolean allowsCookies(ResponseDirectives directives, Freshness fresh) {
        return (settings.storeSetCookie() && fresh.isExplicit()) || directives.isPublic() || directives.isTargeted();
    }

    private static boolean isStorable(CacheDecision decision) {
        return switch (decision) {
            case Fetch fetch -> fetch.storable();
            case Revalidate revalidate -> revalidate.storable();
            default -> false;
        };
    }

    static @Nullable StoredResponse storedOf(CacheDecision decision) {
        return switch (decision) {
            case Fetch fetch -> fetch.fallback();
            case Revalidate revalidate -> revalidate.response();
            case ServeStored served -> served.response();
            default -> null;
        };
    }
}
