package io.tidemark.gateway.edge;

import io.tidemark.commons.tracing.Span;
import io.tidemark.contracts.Place;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.fill.FillRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginHeaders;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.policy.UserPartition;
import io.tidemark.gateway.redact.Redaction;
import io.tidemark.gateway.server.Forwarding;
import io.tidemark.gateway.server.RequestTarget;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A client's request under a route, as the cache sees it. For one answer.
 *
 * @param routed its facts
 * @param presented path and query as the client sent them, fields as the filters left them
 * @param version what the policy adds to the key
 * @param isKeyed false where the policy's key has claims, and the user's token cannot be trusted, or has its user, and nobody is
 *     known, or where nobody knows the region that its data may be stored in: nothing stored may be used
 * @param target path and query that the origin is asked for where the answer may be stored: of the query what the key has
 * @param toOrigin the fields that the origin is sent where the answer may be for others, too
 * @param forcing whether it may force a call to the origin
 */
public record EdgeRequest(
        RoutedRequest routed,
        RoutePolicy policy,
        PresentedRequest presented,
        CacheKey key,
        boolean isKeyed,
        String version,
        String target,
        Headers toOrigin,
        ForcedCalls.Once forcing) {
    private static final String[] OF_THE_WRITE = {
        "Content-Type",
        "Content-Length",
        "Content-Encoding",
        "Content-Language",
        "Transfer-Encoding",
        "Trailer",
        "Expect",
        "Prefer",
        "Idempotency-Key",
        "X-Idempotency-Key"
    };

    /**
     * The request as the cache sees it.
     *
     * @param version that of the policy's keys now
     */
    public static EdgeRequest of(
            RoutedRequest routed, RoutePolicy policy, String version, String cacheName, UserClaims users) {
        KeySettings settings = policy.cache().settings().key();
        Headers came = routed.fields();
        Map<String, String> claims = settings.claims().isEmpty() ? Map.of() : users.of(came, settings.claims());
        boolean mayBeStored = routed.content() == null
                && (routed.method().equals("GET") || routed.method().equals("HEAD"));
        Headers headers = mayBeStored ? settings.keptOf(came) : came;
        Forwarding forwarding = routed.forwarding();
        RequestTarget asked = routed.target().came();
        PresentedRequest presented = new PresentedRequest(
                routed.method(),
                forwarding.scheme(),
                forwarding.authority().text(),
                asked.path(),
                asked.query(),
                headers);
        CacheKey shared = CacheKey.of(routed.route(), presented, settings, claims == null ? Map.of() : claims)
                .underVersion(version);
        boolean isWithheld = UserPartition.isWithheld(routed.user());
        String user = settings.isPersonal() && !isWithheld ? routed.user() : null;
        CacheKey key = user == null ? shared : shared.forUser(user);
        String host =
                routed.preserveHost() ? presented.authority() : routed.uri().getRawAuthority();
        return new EdgeRequest(
                routed,
                policy,
                presented,
                key,
                claims != null && !isWithheld && (user != null || !settings.isPersonal()),
                version,
                routed.target().text(key.query()),
                OriginHeaders.of(headers, host, cacheName, forwarding),
                new ForcedCalls.Once());
    }

    /** The route's id. */
    public String route() {
        return routed.route();
    }

    /** Where the origin is to be asked. */
    public URI uri() {
        return routed.uri();
    }

    /** The request's id. */
    String id() {
        return routed.id();
    }

    /** The step of which all that is done for it is a part. */
    public Span span() {
        return routed.span();
    }

    /** Whether the request has content: then the cache takes no part, whatever the method. */
    boolean hasContent() {
        return routed.content() != null;
    }

    /** The client's address, as far as it is known. */
    InetAddress client() {
        return routed.forwarding().chain().getFirst();
    }

    /** The hosts that purges may name it by, as targets name them: that which was asked for, and the origin's own. */
    public List<String> hosts() {
        return hosts(routed.forwarding().authority().host(), String.valueOf(uri().getRawAuthority()));
    }

    private static List<String> hosts(String asked, String ofOrigin) {
        return Place.host(ofOrigin)
                .filter(origin -> !origin.equals(asked))
                .map(origin -> List.of(asked, origin))
                .orElseGet(() -> List.of(asked));
    }

    /** What purges cover it by, for whoever asks later: it holds nothing else of the request. */
    Supplier<PurgeSubject> covered() {
        String asked = routed.forwarding().authority().host();
        String ofOrigin = String.valueOf(uri().getRawAuthority());
        String path = presented.path();
        String query = presented.query();
        return () -> new PurgeSubject(hosts(asked, ofOrigin), path, query, Set.of());
    }

    /** The request as it is passed on for this client alone, its whole query and its address with it. */
    OriginRequest toPass() {
        Headers fields = OriginHeaders.naming(toOrigin, presented.headers(), routed.forwarding());
        return new OriginRequest(
                presented.method(),
                uri(),
                routed.target().text(),
                policy.redaction() != null && presented.isSafe() ? Redaction.unconditional(fields) : fields,
                routed.content(),
                policy.timeouts(),
                routed.interim(),
                span());
    }

    FillRequest toFill(CacheDecision decision) {
        return new FillRequest(
                key, presented, decision, uri(), target, toOrigin, hosts(), policy, id(), routed.interim(), span());
    }

    /** The request that fills the cache with what this one has written: a GET of the same target for the same client. */
    public FillRequest toRefill() {
        return toGet(
                new CacheDecision.Fetch(FwdReason.METHOD, null, true, false),
                fields -> CachePolicy.undemanding(fields).without(OF_THE_WRITE));
    }

    /** The request that refreshes a stored response behind an answer: a GET without the client's own conditions. */
    FillRequest toRefresh(StoredResponse stored) {
        return toGet(CachePolicy.refresh(stored), CachePolicy::undemanding);
    }

    private FillRequest toGet(CacheDecision decision, UnaryOperator<Headers> fields) {
        PresentedRequest get = new PresentedRequest(
                "GET",
                presented.scheme(),
                presented.authority(),
                presented.path(),
                presented.query(),
                fields.apply(presented.headers()));
        return new FillRequest(
                key, get, decision, uri(), target, fields.apply(toOrigin), hosts(), policy, id(), null, span());
    }
}
