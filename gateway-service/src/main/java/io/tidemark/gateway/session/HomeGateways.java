package io.tidemark.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.origin.OriginHeaders;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.RequestIdWebFilter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The gateways of other regions, which keep the sessions that they made. A call for one of those is passed on, with its token as a
 * bearer; nothing of it is kept here.
 */
final class HomeGateways {
    private static final List<String> PASSED = List.of(
            "Accept",
            "Content-Type",
            "Content-Encoding",
            "If-Match",
            "If-None-Match",
            "Prefer",
            "traceparent",
            "tracestate");

    private final Map<String, URI> homes;
    private final OriginTimeouts timeouts;
    private final Origins origins;
    private final String via;
    private final HomeMark mark;

    /**
     * One for a gateway.
     *
     * @param via its name
     */
    HomeGateways(Map<String, URI> homes, Duration timeout, Origins origins, String via, HomeMark mark) {
        this.mark = mark;
        this.homes = homes;
        this.timeouts = new OriginTimeouts(timeout, timeout, timeout.multipliedBy(2));
        this.origins = origins;
        this.via = via;
    }

    /**
     * Asks the home the same, with the token. Fails with {@link RefusedException} if it does not answer.
     *
     * @param content null for none
     */
    Mono<OriginAnswer> pass(ServerWebExchange exchange, Presented.Good presented, byte @Nullable [] content) {
        ServerHttpRequest request = exchange.getRequest();
        return ask(
                exchange,
                presented.token().home(),
                "Bearer " + presented.text(),
                request.getMethod().name(),
                ArrivedRequest.of(request).target().canonicalPath(),
                content);
    }

    /** Asks the home whether the session is there. */
    Mono<OriginAnswer> find(ServerWebExchange exchange, Presented.Good presented) {
        return ask(exchange, presented.token().home(), "Bearer " + presented.text(), "GET", SessionHandler.ROOT, null);
    }

    /** Has a region make a session for the user whose token the request has. Fails as {@link #pass} does. */
    Mono<OriginAnswer> create(ServerWebExchange exchange, String home) {
        String token = String.valueOf(exchange.getRequest().getHeaders().getFirst("Authorization"));
        return ask(exchange, home, token, "POST", SessionHandler.ROOT, null);
    }

    private Mono<OriginAnswer> ask(
            ServerWebExchange exchange,
            String home,
            String authorization,
            String method,
            String path,
            byte @Nullable [] content) {
        URI address = homes.get(home);
        if (address == null) {
            return Mono.error(new RefusedException(SessionProblems.homeUnknown(home)));
        }
        ServerHttpRequest request = exchange.getRequest();
        Headers.Builder came = Headers.builder();
        if (method.equals(request.getMethod().name())) {
            PASSED.forEach(
                    name -> request.getHeaders().getOrDefault(name, List.of()).forEach(value -> came.add(name, value)));
        }
        came.add("Authorization", authorization).add(RequestId.HEADER, RequestIdWebFilter.of(exchange));
        if (content != null) {
            came.add("Content-Length", Integer.toString(content.length));
        }
        Headers fields = came.build();
        URI asked = address.resolve(path);
        var forwarding = ArrivedRequest.of(request).forwarding();
        Mono<ByteBuf> body = content == null ? null : Mono.fromSupplier(() -> Unpooled.wrappedBuffer(content));
        return origins.call(new OriginRequest(
                        method,
                        asked,
                        OriginHeaders.naming(
                                        OriginHeaders.of(fields, address.getRawAuthority(), via, forwarding),
                                        fields,
                                        forwarding)
                                .with(EdgeFields.HOME, mark.of(home, method, asked.getRawPath())),
                        body,
                        timeouts,
                        null))
                .onErrorMap(OriginFailure.class, _ -> new RefusedException(SessionProblems.homeAway(home)));
    }
}
