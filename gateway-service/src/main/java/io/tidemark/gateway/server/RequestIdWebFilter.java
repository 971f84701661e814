package io.tidemark.gateway.server;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.commons.tracing.Tracing;
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

/** Gives each request its id and its place in a trace, on the way in and out, and has it logged. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestIdWebFilter implements WebFilter {
    /** What a request's step says of one whose data keep to a region: nothing of it is told to others. */
    public static final String KEEPS_TO = "tidemark.residency";

    private static final String ATTRIBUTE = RequestId.MDC_KEY;
    private static final String SPAN = RequestIdWebFilter.class.getName() + ".span";

    private final RequestLog log;
    private final Tracing tracing;

    RequestIdWebFilter(RequestLog log, Tracing tracing) {
        this.log = log;
        this.tracing = tracing;
    }

    /** The step of which all that is done for the exchange is a part. */
    public static Span span(ServerWebExchange exchange) {
        return exchange.getAttribute(SPAN) instanceof Span span ? span : Span.NONE;
    }

    /** The id that this filter gave the request. */
    public static String of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE) instanceof String id ? id : RequestId.next();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String presented = exchange.getRequest().getHeaders().getFirst(RequestId.HEADER);
        String traceparent = exchange.getRequest().getHeaders().getFirst(TraceContext.FIELD);
        // most have neither: then the id is written from the trace, and not the trace read from the id
        TraceContext own = presented == null && traceparent == null ? TraceContext.next() : null;
        String id = own == null ? RequestId.of(presented) : own.traceId();
        TraceContext trace = own == null ? TraceContext.of(id, traceparent) : own;
        if (!id.equals(presented)) {
            HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
            request.requestHeaders().set(RequestId.HEADER, id); // the exchange's fields are those
        }
        exchange.getAttributes().put(ATTRIBUTE, id);
        exchange.getResponse().getHeaders().set(RequestId.HEADER, id);
        boolean isLogged = log.includes(trace);
        boolean isTraced = tracing.isOn() && ArrivedRequest.isOne(exchange.getRequest());
        if (!isLogged && !isTraced) {
            return chain.filter(exchange);
        }
        Span span = isTraced ? begin(exchange, id, trace) : Span.NONE;
        long start = System.nanoTime();
        return chain.filter(exchange).doFinally(_ -> {
            if (isLogged && !RequestLog.isWithheld(exchange)) {
                write(exchange, id, start);
            }
            ServerSpans.end(span, exchange);
        });
    }

    private Span begin(ServerWebExchange exchange, String id, TraceContext trace) {
        Span span = tracing.begin(
                trace, id, Span.Kind.SERVER, exchange.getRequest().getMethod().name());
        exchange.getAttributes().put(SPAN, span);
        ServerSpans.begin(span, exchange);
        String sent = span.traceparent();
        if (sent != null) {
            HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
            request.requestHeaders().set(TraceContext.FIELD, sent); // for whatever passes the fields on
        }
        return span;
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
                start,
                exchange.getRequest().getHeaders().getFirst(TraceContext.FIELD));
    }
}
