package io.tidemark.gateway.session;

import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers that nobody stores. */
public final class Answers {
    private final JsonMapper mapper;

    public Answers(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** A problem. */
    public Mono<Void> problem(ServerWebExchange exchange, ProblemDetail problem) {
        HttpHeaders fields = exchange.getResponse().getHeaders();
        switch (HttpStatus.valueOf(problem.getStatus())) {
            case UNAUTHORIZED -> fields.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            case SERVICE_UNAVAILABLE -> fields.set(HttpHeaders.RETRY_AFTER, SessionProblems.RETRY_AFTER);
            default -> {
                // says all that there is to say
            }
        }
        return write(
                exchange, problem.getStatus(), MediaType.APPLICATION_PROBLEM_JSON, mapper.writeValueAsBytes(problem));
    }

    /** A value as JSON. */
    public Mono<Void> json(ServerWebExchange exchange, int status, Object value) {
        return write(exchange, status, MediaType.APPLICATION_JSON, mapper.writeValueAsBytes(value));
    }

    Mono<Void> json(ServerWebExchange exchange, int status, byte[] json) {
        return write(exchange, status, MediaType.APPLICATION_JSON, json);
    }

    Mono<Void> empty(ServerWebExchange exchange, int status) {
        ServerHttpResponse response = exchange.getResponse();
        response.setRawStatusCode(status);
        response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "no-store");
        return response.setComplete();
    }

    private static Mono<Void> write(ServerWebExchange exchange, int status, MediaType type, byte[] body) {
        ServerHttpResponse response = exchange.getResponse();
        response.setRawStatusCode(status);
        response.getHeaders().setContentType(type);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    /** A strong validator (RFC 9110 §8.8.3). */
    static String etag(String version) {
        return '"' + version + '"';
    }

    /** All values of a field's lines. */
    static List<String> lines(ServerWebExchange exchange, String name) {
        return exchange.getRequest().getHeaders().getOrDefault(name, List.of());
    }
}
