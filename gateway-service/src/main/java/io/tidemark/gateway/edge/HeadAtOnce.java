package io.tidemark.gateway.edge;

import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends the head of a response whose length is not known before its first bytes are here, as origins of events and of long
 * polls mean it. Spring waits for those bytes, for what fails before them can still become another response: so it stays
 * where the length is known.
 */
@Component
final class HeadAtOnce implements GlobalFilter, Ordered {
    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(
                exchange.mutate().response(new Response(exchange.getResponse())).build());
    }

    private static final class Response extends ServerHttpResponseDecorator {
        Response(ServerHttpResponse response) {
            super(response);
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            return body instanceof Mono || getHeaders().getContentLength() >= 0
                    ? super.writeWith(body)
                    : super.writeAndFlushWith(Mono.just(body));
        }

        /** As one: what there is of it is flushed whenever nothing more is there. */
        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> bodies) {
            return super.writeAndFlushWith(Mono.just(Flux.from(bodies).concatMap(body -> body, 1)));
        }
    }
}
