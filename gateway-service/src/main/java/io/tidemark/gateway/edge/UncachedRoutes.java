package io.tidemark.gateway.edge;

import io.tidemark.commons.problems.Problems;
import io.tidemark.commons.requests.RequestId;
import java.net.ConnectException;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * What routes without the cache need, such as the one to the write queue: a connection that could not be made is a 503
 * problem with Retry-After, for nothing was sent; and the request's id is answered once, though the origin answers it too.
 */
@Component
final class UncachedRoutes implements GlobalFilter, Ordered {
    private static final int RETRY_SECONDS = 2;

    @Override
    public int getOrder() {
        return NettyRoutingFilter.ORDER - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange)
                .onErrorMap(ConnectException.class, refused -> problem(exchange, refused))
                .doOnSuccess(_ ->
                        exchange.getResponse().getHeaders().set(RequestId.HEADER, RequestIdWebFilter.of(exchange)));
    }

    private static ErrorResponseException problem(ServerWebExchange exchange, ConnectException refused) {
        String route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route found
                ? found.getId()
                : "";
        var failure = new ErrorResponseException(
                HttpStatus.SERVICE_UNAVAILABLE,
                Problems.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "origin-out-of-reach",
                        "The origin could not be reached",
                        "route " + route + ": no connection could be made; nothing was sent"),
                refused);
        failure.getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(RETRY_SECONDS));
        return failure;
    }
}
