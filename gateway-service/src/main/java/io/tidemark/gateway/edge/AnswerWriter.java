package io.tidemark.gateway.edge;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.server.RequestIdWebFilter;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Writes an {@link EdgeAnswer} once all of the route's filters are done with its head, where the gateway writes its own
 * responses too.
 */
@Component
public final class AnswerWriter implements GlobalFilter, Ordered {
    private static final String BODY = AnswerWriter.class.getName() + ".body";

    private final String cacheName;
    private final String colo;

    AnswerWriter(GatewayIdentity gateway) {
        this.cacheName = gateway.cacheName();
        this.colo = gateway.colo();
    }

    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER;
    }

    /** Puts the answer's head into the response; its body is written when the chain comes back here. */
    void prepare(ServerWebExchange exchange, EdgeAnswer answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        HttpHeaders headers = response.getHeaders();
        String requestId = RequestIdWebFilter.of(exchange);
        answer.headers().forEach(field -> headers.add(field.name(), field.value()));
        headers.set(RequestId.HEADER, requestId);
        headers.add(CacheStatus.FIELD, answer.cacheStatus().text(cacheName));
        headers.set(CacheStatus.Summary.FIELD, answer.summary().name());
        headers.set(EdgeFields.COLO, colo);
        if (answer.dataAge() != null) {
            headers.set(
                    EdgeFields.DATA_AGE,
                    Long.toString(Math.max(0, answer.dataAge().toMillis())));
        }
        if (answer.unverified()) {
            headers.set(EdgeFields.STALENESS, "unverified");
        }
        exchange.getAttributes().put(BODY, answer);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange).then(Mono.defer(() -> {
            if (!(exchange.getAttributes().remove(BODY) instanceof EdgeAnswer answer)) {
                return Mono.empty();
            }
            Publisher<? extends DataBuffer> body = answer.body();
            return body == null
                    ? exchange.getResponse().setComplete()
                    : exchange.getResponse().writeWith(body);
        }));
    }
}
