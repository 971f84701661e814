package io.tidemark.gateway.edge;

import io.tidemark.commons.drain.Drain;
import java.util.Locale;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends streams of events when the gateway goes: whole, as far as HTTP is concerned, so that their clients come back, to another
 * one. Of an event that is not whole by then nothing is seen, for its empty line is missing.
 */
@Component
final class EventStreams implements GlobalFilter, Ordered {
    private final Drain drain;

    EventStreams(Drain drain) {
        this.drain = drain;
    }

    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        String accepted = exchange.getRequest().getHeaders().getFirst(HttpHeaders.ACCEPT);
        return accepted == null || !accepted.toLowerCase(Locale.ROOT).contains(MediaType.TEXT_EVENT_STREAM_VALUE)
                ? chain.filter(exchange)
                : chain.filter(exchange.mutate()
                        .response(new Ending(exchange.getResponse()))
                        .build());
    }

    private <T> Flux<T> untilLastCall(Publisher<T> source) {
        return Flux.from(source)
                .takeUntilOther(Mono.create(sink -> sink.onDispose(drain.onLastCall(sink::success)::run)));
    }

    private final class Ending extends ServerHttpResponseDecorator {
        Ending(ServerHttpResponse response) {
            super(response);
        }

        private boolean isEvents() {
            return MediaType.TEXT_EVENT_STREAM.isCompatibleWith(getHeaders().getContentType());
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            return super.writeWith(isEvents() ? untilLastCall(body) : body);
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            return super.writeAndFlushWith(
                    isEvents() ? untilLastCall(Flux.from(body).map(EventStreams.this::untilLastCall)) : body);
        }
    }
}
