package io.tidemark.gateway.uncached;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.timeout.TimeoutException;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.edge.EdgeProblems;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginTroubles;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.server.RequestIdWebFilter;
import java.io.IOException;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers for origins that fail where no policy does: on routes without the cache, and where a body breaks off before its first
 * byte was sent on. The same problems, with the same reasons, as on routes with the cache; said once for each change, counted
 * as {@code tidemark.uncached.failed{route,reason}}. What breaks off later ends the connection.
 */
@Component
final class OriginProblems implements GlobalFilter, Ordered {
    private static final String RETRY_SECONDS = "2";

    private final OriginTroubles troubles = new OriginTroubles();
    private final MeterRegistry metrics;
    private final JsonMapper mapper;

    OriginProblems(MeterRegistry metrics, JsonMapper mapper) {
        this.metrics = metrics;
        this.mapper = mapper;
    }

    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange).onErrorResume(OriginProblems::isOrigins, failure -> failed(exchange, failure));
    }

    /** Whether it can be nobody's but the origin's: a filter's own fault is the gateway's. */
    private static boolean isOrigins(Throwable failure) {
        return failure instanceof OriginFailure
                || (failure instanceof IOException && !AbortedException.isConnectionReset(failure))
                || failure instanceof TimeoutException;
    }

    private Mono<Void> failed(ServerWebExchange exchange, Throwable failure) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        OriginFailure.Reason reason = count(exchange, failure);
        return answer(exchange, EdgeProblems.originFailed(reason, route(exchange)), reason);
    }

    /** Says and counts that the origin of the request's route failed so. */
    OriginFailure.Reason count(ServerWebExchange exchange, Throwable failure) {
        String origin =
                exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route ? Origins.name(route.getUri()) : "";
        OriginFailure known = OriginFailure.of(origin, failure);
        troubles.failed(origin, known, System.nanoTime());
        metrics.counter(
                        "tidemark.uncached.failed",
                        "route",
                        route(exchange),
                        "reason",
                        known.reason().label())
                .increment();
        return known.reason();
    }

    private static String route(ServerWebExchange exchange) {
        return exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route ? route.getId() : "";
    }

    private Mono<Void> answer(ServerWebExchange exchange, ProblemDetail problem, OriginFailure.Reason reason) {
        ServerHttpResponse response = exchange.getResponse();
        byte[] body = mapper.writeValueAsBytes(problem);
        HttpHeaders fields = response.getHeaders();
        fields.clear();
        fields.set(RequestId.HEADER, RequestIdWebFilter.of(exchange));
        fields.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        fields.setContentLength(body.length);
        fields.setCacheControl("no-store");
        if (reason.isUnprocessed()) {
            fields.set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS); // nothing was sent
        }
        response.setRawStatusCode(problem.getStatus());
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
