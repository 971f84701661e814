package io.tidemark.gateway.edge;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.netty.buffer.ByteBuf;
import io.tidemark.contracts.Place;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.fill.FillRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.HopByHop;
import io.tidemark.gateway.origin.OriginHeaders;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTarget;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.Forwarding;
import io.tidemark.gateway.server.RequestIdWebFilter;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * A client's request under a route, when the route's filters are done with it.
 *
 * @param presented path and query as the client sent them, fields as the filters left them
 * @param version what the policy adds to the key
 * @param uri where the origin is to be asked
 * @param target path and query that it is asked for where the answer may be stored: of the query what the key has
 * @param isKeyed false where the policy's key has claims, and the user's token cannot be trusted: nothing stored may be used
 * @param toOrigin the fields that the origin is sent where the answer may be for others, too
 * @param interim passes the origin's interim responses on
 */
public record EdgeRequest(
        ServerWebExchange exchange,
        String route,
        RoutePolicy policy,
        PresentedRequest presented,
        CacheKey key,
        boolean isKeyed,
        String version,
        URI uri,
        String target,
        Headers toOrigin,
        String id,
        InterimRelay interim) {
    private static final String[] NOT_IN_A_REFILL = {
        "Content-Type",
        "Content-Length",
        "Content-Encoding",
        "Content-Language",
        "Transfer-Encoding",
        "Trailer",
        "Expect",
        "If-None-Match",
        "If-Modified-Since",
        "If-Match",
        "If-Unmodified-Since",
        "If-Range",
        "Range",
        "Cache-Control",
        "Pragma",
        "Prefer",
        "Idempotency-Key",
        "X-Idempotency-Key"
    };

    public static EdgeRequest of(
            ServerWebExchange exchange, RoutePolicy policy, String version, String cacheName, UserClaims users) {
        ServerHttpRequest request = exchange.getRequest();
        ArrivedRequest arrived = ArrivedRequest.of(request);
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        URI uri = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
        KeySettings settings = policy.cache().settings().key();
        Headers came = HopByHop.namedRemovedFrom(headers(request.getHeaders()));
        Map<String, String> claims = settings.claims().isEmpty() ? Map.of() : users.of(came, settings.claims());
        boolean mayBeStored = !hasContent(came)
                && (request.getMethod().equals(HttpMethod.GET)
                        || request.getMethod().equals(HttpMethod.HEAD));
        Headers headers = mayBeStored ? settings.keptOf(came) : came;
        PresentedRequest presented = new PresentedRequest(
                request.getMethod().name(),
                arrived.scheme(),
                arrived.forwarding().authority().text(),
                arrived.target().path(),
                arrived.target().query(),
                headers);
        boolean preserveHost = Boolean.TRUE.equals(exchange.getAttribute(PRESERVE_HOST_HEADER_ATTRIBUTE));
        CacheKey key = CacheKey.of(route.getId(), presented, settings, claims == null ? Map.of() : claims)
                .underVersion(version);
        return new EdgeRequest(
                exchange,
                route.getId(),
                policy,
                presented,
                key,
                claims != null,
                version,
                uri,
                OriginTarget.of(exchange, key.query()),
                OriginHeaders.of(
                        headers,
                        preserveHost ? presented.authority() : uri.getRawAuthority(),
                        cacheName,
                        arrived.forwarding()),
                RequestIdWebFilter.of(exchange),
                new InterimRelay(exchange));
    }

    private static Headers headers(HttpHeaders from) {
        Headers.Builder headers = Headers.builder();
        from.forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        return headers.build();
    }

    /** Whether the request has content: then the cache takes no part, whatever the method. */
    boolean hasContent() {
        return hasContent(presented.headers());
    }

    private static boolean hasContent(Headers fields) {
        String length = fields.first("Content-Length");
        return fields.has("Transfer-Encoding")
                || (length != null && !length.strip().equals("0"));
    }

    /** The client's address, as far as it is known. */
    InetAddress client() {
        return ArrivedRequest.of(exchange.getRequest()).forwarding().chain().getFirst();
    }

    /** The hosts that purges may name it by, as targets name them: that which was asked for, and the origin's own. */
    public List<String> hosts() {
        String asked = ArrivedRequest.of(exchange.getRequest())
                .forwarding()
                .authority()
                .host();
        return Place.host(String.valueOf(uri.getRawAuthority()))
                .filter(origin -> !origin.equals(asked))
                .map(origin -> List.of(asked, origin))
                .orElseGet(() -> List.of(asked));
    }

    /** The request as it is passed on for this client alone, its whole query and its address with it. */
    OriginRequest toPass(@Nullable Publisher<ByteBuf> content) {
        Forwarding forwarding = ArrivedRequest.of(exchange.getRequest()).forwarding();
        return new OriginRequest(
                presented.method(),
                uri,
                OriginTarget.of(exchange),
                OriginHeaders.naming(toOrigin, presented.headers(), forwarding),
                content,
                policy.timeouts(),
                interim);
    }

    FillRequest toFill(CacheDecision decision) {
        return new FillRequest(key, presented, decision, uri, target, toOrigin, hosts(), policy, id, interim);
    }

    /** The request that fills the cache with what this one has written: a GET of the same target for the same client. */
    public FillRequest toRefill() {
        PresentedRequest get = new PresentedRequest(
                "GET",
                presented.scheme(),
                presented.authority(),
                presented.path(),
                presented.query(),
                presented.headers().without(NOT_IN_A_REFILL));
        return new FillRequest(
                key,
                get,
                new CacheDecision.Fetch(FwdReason.METHOD, null, true, false),
                uri,
                target,
                toOrigin.without(NOT_IN_A_REFILL),
                hosts(),
                policy,
                id,
                null);
    }

    /** The request that refreshes a stored response behind an answer: a GET without the client's own conditions. */
    FillRequest toRefresh(StoredResponse stored) {
        Headers refresh = CachePolicy.refreshHeaders(presented.headers(), stored);
        Headers conditions = refresh.filtered(field -> field.is("If-None-Match") || field.is("If-Modified-Since"));
        String[] replaced = {
            "If-None-Match",
            "If-Modified-Since",
            "If-Match",
            "If-Unmodified-Since",
            "If-Range",
            "Range",
            "Cache-Control",
            "Pragma"
        };
        PresentedRequest get = new PresentedRequest(
                "GET",
                presented.scheme(),
                presented.authority(),
                presented.path(),
                presented.query(),
                presented.headers().without(replaced));
        CacheDecision decision = conditions.size() == 0
                ? new CacheDecision.Fetch(FwdReason.STALE, stored, true, true)
                : new CacheDecision.Revalidate(stored, conditions, FwdReason.STALE, true, true);
        return new FillRequest(key, get, decision, uri, target, toOrigin.without(replaced), hosts(), policy, id, null);
    }
}
