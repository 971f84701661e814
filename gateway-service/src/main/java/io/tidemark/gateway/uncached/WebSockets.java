package io.tidemark.gateway.uncached;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.isAlreadyRouted;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.setAlreadyRouted;

import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WebsocketRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;

/**
 * WebSockets of routes without the cache (RFC 6455), to {@code ws}, {@code wss}, {@code http} and {@code https}. In place of
 * {@link WebsocketRoutingFilter}, which makes a protocol error of every code that it does not know, and of none. An origin that
 * cannot be reached is a close with 1014, for the client has its 101 by then.
 */
@Component
final class WebSockets implements GlobalFilter, Ordered {
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String KEY = "Sec-WebSocket-Key";
    private static final int KEY_OCTETS = 16;

    private final WebSocketClient client;
    private final WebSocketService service;
    private final ObjectProvider<List<HttpHeadersFilter>> filters;
    private final OriginProblems problems;

    WebSockets(
            WebSocketClient client,
            WebSocketService service,
            ObjectProvider<List<HttpHeadersFilter>> filters,
            OriginProblems problems) {
        this.client = client;
        this.service = service;
        this.filters = filters;
        this.problems = problems;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 2; // right before the one that it replaces
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI uri = uri(exchange);
        if (uri == null || isAlreadyRouted(exchange)) {
            return chain.filter(exchange);
        }
        String key = exchange.getRequest().getHeaders().getFirst(KEY);
        if (key != null && !isKey(key)) {
            return Mono.error(new ServerWebInputException("Sec-WebSocket-Key is not 16 octets in base64"));
        }
        setAlreadyRouted(exchange);
        List<String> protocols = exchange.getRequest().getHeaders().getOrEmpty(PROTOCOL).stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return service.handleRequest(
                exchange,
                new WebSocketRelay(
                        client, uri, fields(exchange), protocols, failure -> problems.count(exchange, failure)));
    }

    /** RFC 6455 §4.1. That there is one Spring sees to. */
    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key.strip()).length == KEY_OCTETS;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    /** Where the WebSocket leads; null if the request asks for none. */
    private static @Nullable URI uri(ServerWebExchange exchange) {
        URI uri = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean isAsked =
                "websocket".equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade());
        return switch (scheme) {
            case "ws", "wss" -> uri;
            case "http", "https" ->
                isAsked ? URI.create("ws" + uri.toASCIIString().substring("http".length())) : null;
            default -> null;
        };
    }

    /** What the origin is sent, but for the handshake's own fields. */
    private HttpHeaders fields(ServerWebExchange exchange) {
        HttpHeaders filtered = HttpHeadersFilter.filterRequest(filters.getIfAvailable(List::of), exchange);
        HttpHeaders fields = new HttpHeaders();
        filtered.forEach((name, values) -> {
            if (!name.regionMatches(true, 0, "sec-websocket", 0, "sec-websocket".length())
                    && !name.equalsIgnoreCase(HttpHeaders.HOST)) {
                fields.addAll(name, values);
            }
        });
        if (Boolean.TRUE.equals(exchange.getAttribute(PRESERVE_HOST_HEADER_ATTRIBUTE))) {
            fields.set(HttpHeaders.HOST, exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST));
        }
        return fields;
    }
}
