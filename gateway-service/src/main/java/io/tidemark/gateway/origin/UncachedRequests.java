package io.tidemark.gateway.origin;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import io.tidemark.commons.origins.OriginNames;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.ChunkRules;
import io.tidemark.gateway.server.Forwarding;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;

/** Requests of routes without the cache, which the framework's own client sends: for the same target, with the same fields. */
final class UncachedRequests {

    private UncachedRequests() {}

    /** Tells the client's connection which target the request is for. */
    @Component
    static final class Targets implements GlobalFilter, HttpClientCustomizer, Ordered {
        private final OriginNames names;

        Targets(OriginNames names) {
            this.names = names;
        }

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE - 2; // before the framework sends it, over HTTP or as a WebSocket
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            Mono<Void> rest = chain.filter(exchange);
            return exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR) == null
                    ? rest
                    : rest.contextWrite(context -> context.put(Asked.class, Asked.by(exchange)));
        }

        @Override
        public HttpClient customize(HttpClient client) {
            return judged(client).doOnRequest((request, connection) -> {
                ChunkRules.ofResponses(connection.channel().pipeline());
                Asked asked = request.currentContextView().getOrDefault(Asked.class, null);
                if (asked != null) {
                    RequestTargets.addTo(connection.channel().pipeline());
                    connection.channel().attr(RequestTargets.TARGET).set(asked.target);
                    asked.unsaid.forEach(request.requestHeaders()::remove);
                }
            });
        }

        /** So that an address that fails others is left out. */
        private HttpClient judged(HttpClient client) {
            return client.doOnResponse((response, connection) -> names.address(connection.channel())
                            .answered(response.status().code()))
                    .doOnRequestError((request, _) -> failed(request));
        }

        private void failed(HttpClientRequest request) {
            if (request instanceof Connection connection) {
                names.address(connection.channel()).failed();
            }
        }

        /**
         * What is asked for.
         *
         * @param unsaid fields that the client did not send, and that the framework's own would
         */
        private record Asked(String target, List<AsciiString> unsaid) {
            static Asked by(ServerWebExchange exchange) {
                HttpHeaders fields = exchange.getRequest().getHeaders();
                return new Asked(
                        OriginTarget.of(exchange).text(),
                        Stream.of(HttpHeaderNames.USER_AGENT, HttpHeaderNames.ACCEPT)
                                .filter(name -> !fields.containsHeader(name.toString()))
                                .toList());
            }
        }
    }

    /** Sends the fields that origins get of routes with the cache, too, for this client alone. */
    @Component
    static final class Fields implements HttpHeadersFilter, Ordered {
        private final String cacheName;

        Fields(GatewayIdentity gateway) {
            this.cacheName = gateway.cacheName();
        }

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }

        @Override
        public HttpHeaders filter(HttpHeaders filtered, ServerWebExchange exchange) {
            Headers.Builder fields = headers(filtered).toBuilder();
            Headers presented =
                    HopByHop.removedFrom(headers(exchange.getRequest().getHeaders()));
            fields.addAll(presented.filtered( // what Connection names though it is for all recipients
                    field -> !filtered.containsHeader(field.name())));
            Forwarding forwarding = ArrivedRequest.of(exchange.getRequest()).forwarding();
            Headers all = fields.build();
            Headers sent = OriginHeaders.naming(
                    OriginHeaders.of(all, forwarding.authority().text(), cacheName, forwarding), all, forwarding);
            HttpHeaders result = new HttpHeaders();
            sent.forEach(field -> result.add(field.name(), field.value()));
            return result;
        }

        private static Headers headers(HttpHeaders from) {
            Headers.Builder headers = Headers.builder();
            from.forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
            return headers.build();
        }
    }
}
