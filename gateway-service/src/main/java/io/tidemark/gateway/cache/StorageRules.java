package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.StoreDecision.DoNotStore;
import io.tidemark.gateway.cache.StoreDecision.Freshen;
import io.tidemark.gateway.cache.StoreDecision.NoStoreReason;
import io.tidemark.gateway.cache.StoreDecision.Store;
import io.tidemark.gateway.http.ContentRange;
import io.tidemark.gateway.http.Headers;
import java.time.Instant;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What may be stored (RFC 9111 §3), and what a response does to the one that it validates (§4.3.3). */
final class StorageRules {
    private static final Set<Integer> REPLACES = Set.of(200, 203, 204, 301, 308, 404, 410);

    private final PolicySettings settings;
    private final FreshnessRules freshness;

    StorageRules(PolicySettings settings, FreshnessRules freshness) {
        this.settings = settings;
        this.freshness = freshness;
    }

    StoreDecision decide(
            PresentedRequest request, CacheDecision decision, ResponseHead response, Position sentAt, Instant now) {
        if (response.status() == 304 && decision instanceof Revalidate choice && choice.isSelection()) {
            return withoutCookies(response, news -> Freshening.byChoice(choice.variants(), request, news, sentAt));
        }
        StoredResponse stored = storedOf(decision);
        if (stored != null) {
            if (response.status() == 304 && decision instanceof Revalidate) {
                return withoutCookies(response, news -> Freshening.by304(stored, request, news, sentAt));
            }
            if (request.isHead()) {
                return withoutCookies(response, news -> Freshening.byHead(stored, request, news));
            }
        }
        NoStoreReason reason = refusal(request, decision, response, now);
        if (reason != null) {
            boolean replaced =
                    stored != null && reason != NoStoreReason.REQUEST && REPLACES.contains(response.status());
            return new DoNotStore(reason, replaced ? stored : null);
        }
        return store(request, stored, response);
    }

    /** What freshens a stored response is stored by the same rule: cookies that may not be go to the asker only. */
    private StoreDecision withoutCookies(ResponseHead response, Function<ResponseHead, StoreDecision> freshening) {
        Headers cookies = response.headers().filtered(field -> field.is("Set-Cookie"));
        if (cookies.size() == 0) {
            return freshening.apply(response);
        }
        ResponseHead bare = head(response, response.status(), response.headers().without("Set-Cookie"));
        StoreDecision decision = freshening.apply(bare);
        if (!(decision instanceof Freshen freshen)) {
            return decision;
        }
        ResponseHead freshened = freshen.freshened().head();
        return allowsCookies(freshened.directives(), freshness.of(freshened, response.responseTime()))
                ? freshening.apply(response)
                : new Freshen(freshen.freshened(), freshen.former(), freshen.keep(), cookies);
    }

    private static Store store(PresentedRequest request, @Nullable StoredResponse stored, ResponseHead response) {
        Headers headers = StoredFields.of(response);
        Variant variant = Variant.of(headers, request.headers());
        Set<String> tags = Tags.of(headers);
        if (response.status() != 206) {
            return new Store(head(response, response.status(), headers), variant, tags, null, null);
        }
        ContentRange part = ContentRange.of(headers);
        boolean extendsStored =
                stored != null && !stored.body().isComplete() && PartialContent.isOfOne(stored.headers(), headers);
        // Stored as what it is a part of; the 206 is made again for each answer.
        ResponseHead whole = head(response, 200, headers.without("Content-Range", "Content-Length"));
        return new Store(whole, variant, tags, part, extendsStored ? stored : null);
    }

    private static ResponseHead head(ResponseHead response, int status, Headers headers) {
        return new ResponseHead(status, headers, response.requestTime(), response.responseTime(), response.skew());
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
        if (!StatusCodes.isStorable(status)) {
            return NoStoreReason.STATUS;
        }
        if (isAboutRequest(status) && !response.headers().has("Vary")) {
            return NoStoreReason.ABOUT_REQUEST;
        }
        if (directives.control().has("must-understand")) {
            if (!StatusCodes.isUnderstood(status)) {
                return NoStoreReason.STATUS;
            }
        } else if (directives.noStore()) {
            return NoStoreReason.NO_STORE;
        }
        boolean personal = settings.key().isPersonal();
        if (directives.isPrivate() && !personal) {
            return NoStoreReason.PRIVATE;
        }
        if (!personal && namesSomebody(request) && !allowsAuthorized(directives)) {
            return NoStoreReason.AUTHORIZATION;
        }
        if (Variant.of(response.headers(), request.headers()).matchesNothing()) {
            return NoStoreReason.VARY_ANYTHING;
        }
        if (status == 206 && (ContentRange.of(response.headers()) == null || ByteRanges.of(request) == null)) {
            return NoStoreReason.INVALID_RANGE;
        }
        if (settings.checkType() && !TypeAgreement.agrees(request.path(), response.headers())) {
            return NoStoreReason.TYPE;
        }
        return refusalByLifetime(response, now);
    }

    /** Whether the response could be another's fault, so that it must not be stored for all without saying what it varies on. */
    private boolean isAboutRequest(int status) {
        return StatusCodes.isAboutRequestFields(status)
                || (!settings.storeClientErrors() && StatusCodes.isAboutRequest(status));
    }

    private @Nullable NoStoreReason refusalByLifetime(ResponseHead response, Instant now) {
        Freshness fresh = freshness.of(response, now);
        if (response.headers().has("Set-Cookie") && !allowsCookies(response.directives(), fresh)) {
            return NoStoreReason.SET_COOKIE;
        }
        // What is stale from the start is worth storing if it can be validated, or served stale.
        boolean worth = fresh.isExplicit() || fresh.isFresh() || Validators.has(response.headers());
        return worth ? null : NoStoreReason.NO_FRESHNESS;
    }

    /** By a credential (RFC 9111 §3.5), or because the gateway tells its origin whose request it is. */
    private static boolean namesSomebody(PresentedRequest request) {
        return request.headers().has("Authorization")
                || request.headers().has("X-Edge-User")
                || request.headers().has("X-Edge-Session");
    }

    /** RFC 9111 §3.5. */
    private static boolean allowsAuthorized(ResponseDirectives directives) {
        return directives.control().has("public")
                || directives.control().has("s-maxage")
                || directives.control().has("must-revalidate");
    }

    private boolean allowsCookies(ResponseDirectives directives, Freshness fresh) {
        return directives.isPublic() || directives.isTargeted() || (settings.storeSetCookie() && fresh.isExplicit());
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
            case Fetch fetch -> fetch.stored();
            case Revalidate revalidate -> revalidate.isSelection() ? null : revalidate.stored();
            case ServeStored served -> served.stored();
            default -> null;
        };
    }

    static boolean staleAllowed(CacheDecision decision) {
        return switch (decision) {
            case Fetch fetch -> fetch.staleAllowed();
            case Revalidate revalidate -> revalidate.staleAllowed();
            default -> false;
        };
    }
}
