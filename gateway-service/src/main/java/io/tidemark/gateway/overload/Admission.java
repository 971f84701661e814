package io.tidemark.gateway.overload;

import io.tidemark.commons.problems.Problems;
import io.tidemark.gateway.server.ArrivedRequest;
import java.net.InetAddress;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets requests in that memory could not answer, while the budget has room for them and their client has no more under way than
 * is its share; each counts from its head to the end of its answer, however it waits meanwhile.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
final class Admission implements WebFilter {
    /** What a request takes with all that belongs to it but bodies, estimated, in bytes. */
    static final int REQUEST = 16 * 1024;

    private static final int RETRY_SECONDS = 2;

    private final HeldBytes bytes;
    private final ClientLimits clients;
    private final JsonMapper mapper;

    Admission(HeldBytes bytes, ClientLimits clients, JsonMapper mapper) {
        this.bytes = bytes;
        this.clients = clients;
        this.mapper = mapper;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!ArrivedRequest.isOne(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        ArrivedRequest request = ArrivedRequest.of(exchange.getRequest());
        InetAddress client = request.forwarding().chain().getFirst();
        ClientLimits.Entry entry = clients.enter(client, request.requestHeaders());
        if (entry instanceof ClientLimits.Refused refused) {
            return refuse(exchange.getResponse(), refused);
        }
        if (!bytes.tryHold(HeldFor.REQUESTS, REQUEST)) {
            entry.leave();
            return refuse(exchange.getResponse());
        }
        return chain.filter(exchange).doFinally(_ -> {
            bytes.release(HeldFor.REQUESTS, REQUEST);
            entry.leave();
        });
    }

    private Mono<Void> refuse(ServerHttpResponse response) {
        return refuse(
                response,
                Problems.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "overloaded",
                        "The gateway holds as much as it may",
                        "there is no room for this request at the moment"),
                RETRY_SECONDS);
    }

    private Mono<Void> refuse(ServerHttpResponse response, ClientLimits.Refused refused) {
        refused.fields().forEach(response.getHeaders()::set);
        return refuse(
                response,
                Problems.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too-many-requests",
                        "This client asks for too much",
                        refused.detail()),
                refused.retrySeconds());
    }

    private Mono<Void> refuse(ServerHttpResponse response, ProblemDetail problem, long retrySeconds) {
        response.setRawStatusCode(problem.getStatus());
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "no-store");
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(retrySeconds));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(mapper.writeValueAsBytes(problem))));
    }
}
