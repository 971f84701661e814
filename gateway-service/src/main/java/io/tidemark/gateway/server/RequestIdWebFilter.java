package io.tidemark.gateway.server;

import io.tidemark.commons.requests.RequestId;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Gives each request its id, on the way in and out, and has it logged. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestIdWebFilter implements WebFilter {
    private static final String ATTRIBUTE = RequestId.MDC_KEY;

    private final RequestLog log;

    RequestIdWebFilter(RequestLog log) {
        this.log = log;
    }

    /** The id that this filter gave the request. */
    public static String of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE) instanceof String id ? id : RequestId.next();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String presented = exchange.getRequest().getHeaders().getFirst(RequestId.HEADER);
        String id = RequestId.of(presented);
        if (!id.equals(presented)) {
            HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
            request.requestHeaders().set(RequestId.HEADER, id); // the exchange's fields are those
        }
        exchange.getAttributes().put(ATTRIBUTE, id);
        exchange.getResponse().getHeaders().set(RequestId.HEADER, id);
        if (!log.includes(id)) {
            return chain.filter(exchange);
        }
        long start = System.nanoTime();
        return chain.filter(exchange).doFinally(_ -> {
            if (!RequestLog.isWithheld(exchange)) {
                write(exchange, id, start);
            }
        });
    }

    private void write(ServerWebExchange exchange, String id, long start) {
        ServerHttpRequest request = exchange.getRequest();
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        String cache = exchange.getResponse().getHeaders().getFirst("Cache-Status");
        log.write(
                id,
                request.getMethod().name(),
                request.getURI().getRawPath(),
                status == null ? 0 : status.value(),
                cache == null ? "" : cache,
                start);
    }
}
