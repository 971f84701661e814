package io.tidemark.gateway.edge;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.netty.buffer.ByteBuf;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.HopByHop;
import io.tidemark.gateway.origin.InterimListener;
import io.tidemark.gateway.origin.OriginTarget;
import io.tidemark.gateway.policy.UserPartition;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.RequestIdWebFilter;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** Reads off an exchange what the read path needs. */
public final class RoutedExchange {
    private RoutedExchange() {}

    /** The request of an exchange under a route, when the route's filters are done with it. */
    static RoutedRequest request(ServerWebExchange exchange, @Nullable InterimListener interim, Span span) {
        ServerHttpRequest request = exchange.getRequest();
        Headers fields = fields(request);
        return request(
                exchange,
                fields,
                interim,
                hasContent(fields) ? request.getBody().map(NettyDataBufferFactory::toByteBuf) : null,
                span);
    }

    /** The same of one that has been answered: nothing of its content is left, and nobody waits. */
    public static RoutedRequest answered(ServerWebExchange exchange) {
        return request(exchange, fields(exchange.getRequest()), null, null, RequestIdWebFilter.span(exchange));
    }

    private static RoutedRequest request(
            ServerWebExchange exchange,
            Headers fields,
            @Nullable InterimListener interim,
            @Nullable Publisher<ByteBuf> content,
            Span span) {
        ServerHttpRequest request = exchange.getRequest();
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        return new RoutedRequest(
                route.getId(),
                request.getMethod().name(),
                fields,
                ArrivedRequest.of(request).forwarding(),
                exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR),
                OriginTarget.of(exchange),
                Boolean.TRUE.equals(exchange.getAttribute(PRESERVE_HOST_HEADER_ATTRIBUTE)),
                RequestIdWebFilter.of(exchange),
                interim,
                content,
                UserPartition.of(exchange),
                span);
    }

    private static Headers fields(ServerHttpRequest request) {
        Headers.Builder fields = Headers.builder();
        request.getHeaders().forEach((name, values) -> values.forEach(value -> fields.add(name, value)));
        return HopByHop.namedRemovedFrom(fields.build());
    }

    private static boolean hasContent(Headers fields) {
        String length = fields.first("Content-Length");
        return fields.has("Transfer-Encoding")
                || (length != null && !length.strip().equals("0"));
    }
}
