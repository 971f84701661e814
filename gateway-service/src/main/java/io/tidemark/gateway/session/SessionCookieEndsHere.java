package io.tidemark.gateway.session;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Keeps the token of a session from origins, on every route: whoever has it has the session, and browsers send its cookie to all
 * paths.
 */
final class SessionCookieEndsHere implements GlobalFilter, Ordered {
    private final String begin;

    SessionCookieEndsHere(SessionCookie cookie) {
        this.begin = cookie.name() + '=';
    }

    /** After what routes ask of sessions, before the cache and origins. */
    @Override
    public int getOrder() {
        return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        List<String> lines = exchange.getRequest().getHeaders().getOrDefault(HttpHeaders.COOKIE, List.of());
        if (lines.stream().noneMatch(line -> line.contains(begin))) {
            return chain.filter(exchange);
        }
        List<String> others = lines.stream()
                .map(line -> Stream.of(line.split(";", -1))
                        .map(String::strip)
                        .filter(pair -> !pair.isEmpty() && !pair.startsWith(begin))
                        .collect(Collectors.joining("; ")))
                .filter(line -> !line.isEmpty())
                .toList();
        return chain.filter(exchange.mutate()
                .request(request -> request.headers(fields -> {
                    fields.remove(HttpHeaders.COOKIE);
                    others.forEach(line -> fields.add(HttpHeaders.COOKIE, line));
                }))
                .build());
    }
}
