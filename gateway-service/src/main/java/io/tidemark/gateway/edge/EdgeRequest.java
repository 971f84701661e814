package io.tidemark.gateway.edge;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ORIGINAL_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.tidemark.contracts.Place;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.Headers;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.fill.FillRequest;
import io.tidemark.gateway.fill.RoutePolicy;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A client's request under a route, when the route's filters are done with it.
 *
 * @param presented path and query as the client sent them, fields as the filters left them
 * @param version what the policy adds to the key
 * @param uri where the origin is to be asked
 * @param isKeyed false where the policy's key has claims, and the user's token cannot be trusted: nothing stored may be used
 * @param toOrigin the fields that the origin is sent
 * @param interim passes the origin's interim responses on
 */
record EdgeRequest(
        ServerWebExchange exchange,
        String route,
        RoutePolicy policy,
        PresentedRequest presented,
        CacheKey key,
        boolean isKeyed,
        String version,
        URI uri,
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

    static EdgeRequest of(
            ServerWebExchange exchange, RoutePolicy policy, String version, String cacheName, UserClaims users) {
        ServerHttpRequest request = exchange.getRequest();
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        URI asked = original(exchange);
        URI uri = withEmptyQuery(exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR), asked);
        Headers headers = headers(request.getHeaders());
        String authority = authority(request, headers, asked);
        String scheme = asked.getScheme() == null ? "http" : asked.getScheme();
        String path = asked.getRawPath();
        PresentedRequest presented = new PresentedRequest(
                request.getMethod().name(),
                scheme,
                authority == null ? "" : authority.toLowerCase(Locale.ROOT),
                path == null || path.isEmpty() ? "/" : path,
                asked.getRawQuery(),
                headers);
        KeySettings settings = policy.cache().settings().key();
        Map<String, String> claims = settings.claims().isEmpty() ? Map.of() : users.of(headers, settings.claims());
        boolean preserveHost = Boolean.TRUE.equals(exchange.getAttribute(PRESERVE_HOST_HEADER_ATTRIBUTE));
        return new EdgeRequest(
                exchange,
                route.getId(),
                policy,
                presented,
                CacheKey.of(route.getId(), presented, settings, claims == null ? Map.of() : claims)
                        .underVersion(version),
                claims != null,
                version,
                uri,
                OriginHeaders.of(headers, preserveHost ? presented.authority() : uri.getRawAuthority(), cacheName),
                RequestIdWebFilter.of(exchange),
                new InterimRelay(exchange));
    }

    /** RFC 9112 §3.2.2: a target in absolute form overrules the Host field. */
    private static @Nullable String authority(ServerHttpRequest request, Headers headers, URI asked) {
        String target =
                ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest raw ? raw.uri() : "/";
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme > 0) {
            String rest = target.substring(scheme + 3);
            int end = 0;
            while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
                end++;
            }
            return rest.substring(0, end);
        }
        String host = headers.first("Host");
        return host == null || host.isEmpty() ? asked.getRawAuthority() : host;
    }

    /** {@code /a?} is another target than {@code /a}; the gateway's own filters drop the question mark. */
    private static URI withEmptyQuery(URI uri, URI asked) {
        return "".equals(asked.getRawQuery()) && uri.getRawQuery() == null ? URI.create(uri + "?") : uri;
    }

    private static URI original(ServerWebExchange exchange) {
        return exchange.getAttribute(GATEWAY_ORIGINAL_REQUEST_URL_ATTR) instanceof Set<?> before
                        && !before.isEmpty()
                        && before.iterator().next() instanceof URI first
                ? first
                : exchange.getRequest().getURI();
    }

    private static Headers headers(HttpHeaders from) {
        Headers.Builder headers = Headers.builder();
        from.forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        return headers.build();
    }

    /** Whether the request has content: then the cache takes no part, whatever the method. */
    boolean hasContent() {
        String length = presented.headers().first("Content-Length");
        return presented.headers().has("Transfer-Encoding")
                || (length != null && !length.strip().equals("0"));
    }

    /** The hosts that purges may name it by, as targets name them: that which was asked for, and the origin's own. */
    List<String> hosts() {
        return Stream.of(presented.authority(), String.valueOf(uri.getRawAuthority()))
                .map(Place::host)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    FillRequest toFill(CacheDecision decision) {
        return new FillRequest(key, presented, decision, uri, toOrigin, hosts(), policy, id, interim);
    }

    /** The request that fills the cache with what this one has written: a GET of the same target for the same client. */
    FillRequest toRefill() {
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
        return new FillRequest(key, get, decision, uri, toOrigin.without(replaced), hosts(), policy, id, null);
    }
}
