package io.tidemark.gateway.uncached;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.origin.UploadFailure;
import io.tidemark.gateway.server.RequestIdWebFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/**
 * What routes without the cache need, such as the one to the write queue. The request's id is answered once, though the origin
 * answers it too: set before the head goes, for that of a WebSocket is gone when the chain comes back. And what calling the
 * origin fails with is an {@link OriginFailure}, which {@link OriginProblems} answers for.
 */
@Component
final class UncachedRoutes implements GlobalFilter, Ordered {
    @Override
    public int getOrder() {
        return NettyRoutingFilter.ORDER - 3; // before WebSockets and HTTP go their ways
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        ServerHttpResponse response = exchange.getResponse();
        response.beforeCommit(() ->
                Mono.fromRunnable(() -> response.getHeaders().set(RequestId.HEADER, RequestIdWebFilter.of(exchange))));
        return chain.filter(exchange).onErrorMap(UncachedRoutes::isOfCall, failure -> failure(exchange, failure));
    }

    private static boolean isOfCall(Throwable failure) {
        return !(failure instanceof UploadFailure || failure instanceof AbortedException)
                && (!(failure instanceof ErrorResponse known) || isResponseTimeout(known));
    }

    private static boolean isResponseTimeout(ErrorResponse known) {
        return known.getStatusCode().equals(HttpStatus.GATEWAY_TIMEOUT);
    }

    private static OriginFailure failure(ServerWebExchange exchange, Throwable failure) {
        String origin =
                exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route ? Origins.name(route.getUri()) : "";
        return failure instanceof ErrorResponse
                ? new OriginFailure(OriginFailure.Reason.FIRST_BYTE_TIMEOUT, origin, failure)
                : OriginFailure.of(origin, failure);
    }
}
