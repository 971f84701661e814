package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.tidemark.commons.problems.Problems;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * What HTTP asks of a server and the HTTP library leaves to it: a target and a host that are
 * valid (else 400), a known version of HTTP (else 505), no transfer coding but chunked (§6.1, else 501) and none at all towards
 * HTTP/1.0, no tunnels (501), and the count of Max-Forwards (RFC 9110 §7.6.2).
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class MessageRulesWebFilter implements WebFilter {
    private static final String MAX_FORWARDS = "Max-Forwards";
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");

    private static final ProblemDetail NOT_TRACED = Problems.of(
            HttpStatus.METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This method is not for this gateway",
            "TRACE would show what the gateway adds to requests; OPTIONS can be asked of it");

    private final JsonMapper mapper;

    MessageRulesWebFilter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!ArrivedRequest.isOne(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        ArrivedRequest request = ArrivedRequest.of(exchange.getRequest());
        ProblemDetail problem = problem(request);
        if (problem != null) {
            return refuse(exchange.getResponse(), problem);
        }
        String left = isTraced(request) ? request.requestHeaders().get(MAX_FORWARDS) : null;
        if ("0".equals(left) || request.wire().target().equals("*")) {
            exchange.getResponse().getHeaders().set("Allow", "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE");
            if (!request.method().equals(HttpMethod.OPTIONS)) {
                return refuse(exchange.getResponse(), NOT_TRACED);
            }
            exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
            return exchange.getResponse().setComplete();
        }
        if (request.version().equals(HttpVersion.HTTP_1_0)) {
            HttpServerResponse response = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
            response.chunkedTransfer(false); // a body of unknown length ends with the connection
        }
        return chain.filter(
                left != null && COUNT.matcher(left).matches()
                        ? exchange.mutate()
                                .request(counted ->
                                        counted.header(MAX_FORWARDS, Long.toString(Long.parseLong(left) - 1)))
                                .build()
                        : exchange);
    }

    private static boolean isTraced(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS) || request.method().equals(HttpMethod.TRACE);
    }

    private static @Nullable ProblemDetail problem(ArrivedRequest request) {
        if (request.problem() != null) {
            return request.problem();
        }
        if (!request.protocol().startsWith("HTTP/1.") && !request.protocol().startsWith("HTTP/2")) {
            return Problems.of(
                    HttpStatus.HTTP_VERSION_NOT_SUPPORTED,
                    "http-version",
                    "A version of HTTP that is not known here",
                    "HTTP/1.1, HTTP/1.0 and HTTP/2 are");
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            return Problems.of(
                    HttpStatus.NOT_IMPLEMENTED, "connect", "No tunnels", "CONNECT is for proxies that clients choose");
        }
        List<String> codings = request.requestHeaders().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.isEmpty() || (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))
                ? null
                : Problems.of(
                        HttpStatus.NOT_IMPLEMENTED,
                        "transfer-coding",
                        "A transfer coding that is not known here",
                        "Transfer-Encoding can be chunked only");
    }

    private Mono<Void> refuse(ServerHttpResponse response, ProblemDetail problem) {
        response.setRawStatusCode(problem.getStatus());
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(mapper.writeValueAsBytes(problem))));
    }
}
