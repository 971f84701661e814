package io.tidemark.gateway.origin;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.RequestTarget;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The target that the origin is asked for: the octets as they came (RFC 9110 §7.7), where the route's filters have not made
 * something else of them. The framework's URIs, which encode, decode and rebuild queries, only tell what the filters did.
 *
 * @param came what the client asked for
 * @param left what the route's filters left of its canonical form; null where a filter has set the URL as a whole
 * @param url what the framework has made of that and the route's address
 */
public record OriginTarget(RequestTarget came, @Nullable URI left, URI url) {
    private static final String ATTRIBUTE = OriginTarget.class.getName();

    /** That of an exchange, once its route's filters are done with it. */
    public static OriginTarget of(ServerWebExchange exchange) {
        URI now = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
        return exchange.getAttribute(ATTRIBUTE) instanceof OriginTarget known
                        && Objects.equals(known.url.getRawPath(), now.getRawPath())
                        && Objects.equals(known.url.getRawQuery(), now.getRawQuery())
                ? known
                : set(ArrivedRequest.of(exchange.getRequest()).target(), now);
    }

    /** One that is asked for whatever came. */
    public static OriginTarget set(RequestTarget came, URI url) {
        return new OriginTarget(came, null, url);
    }

    /** Path and query. */
    public String text() {
        return text(came.query());
    }

    /**
     * The same with another query in place of the one that came.
     *
     * @param query what is to be sent of the query that came
     */
    public String text(@Nullable String query) {
        return left == null
                ? joined(url.getRawPath(), url.getRawQuery())
                : joined(came.pathAsRewritten(left.getRawPath()), came.queryAsRewritten(left.getRawQuery(), query));
    }

    private static String joined(String path, @Nullable String query) {
        String absolute = path.startsWith("/") ? path : '/' + path;
        return query == null ? absolute : absolute + '?' + query;
    }

    /** Notes what the route's filters left, right after the framework has made a URL of it. */
    @Component
    static final class Notes implements GlobalFilter, Ordered {
        @Override
        public int getOrder() {
            return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            if (exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR) instanceof URI url) {
                RequestTarget came = ArrivedRequest.of(exchange.getRequest()).target();
                exchange.getAttributes()
                        .put(
                                ATTRIBUTE,
                                new OriginTarget(came, exchange.getRequest().getURI(), url));
            }
            return chain.filter(exchange);
        }
    }
}
