package io.tidemark.gateway.residency;

import io.netty.buffer.ByteBuf;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginHeaders;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.RequestIdWebFilter;
import io.tidemark.gateway.session.HomeMark;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The gateways of the other regions, as those see them whose people ask here: a request is passed on as it came, for the same target
 * and host, with the client's own fields and content. Nothing of it is kept, and it is never sent twice. Thread-safe.
 */
final class HomeRegions {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);

    private final Map<String, URI> homes;
    private final OriginTimeouts timeouts;
    private final Origins origins;
    private final HomeMark mark;
    private final String via;

    /**
     * One for a gateway.
     *
     * @param limit to the head of the answer
     * @param via this gateway's name
     */
    HomeRegions(Map<String, URI> homes, Duration limit, Origins origins, HomeMark mark, String via) {
        this.homes = homes;
        this.timeouts = new OriginTimeouts(
                limit.compareTo(LONGEST_CONNECT) < 0 ? limit : LONGEST_CONNECT, limit, limit.multipliedBy(3));
        this.origins = origins;
        this.mark = mark;
        this.via = via;
    }

    boolean knows(String region) {
        return homes.containsKey(region);
    }

    /** What the region's gateways answer; they must be known. */
    Mono<OriginAnswer> pass(ServerWebExchange exchange, String region) {
        URI address = homes.get(region);
        if (address == null) {
            throw new IllegalArgumentException("no address of " + region);
        }
        ServerHttpRequest request = exchange.getRequest();
        ArrivedRequest arrived = ArrivedRequest.of(request);
        String target = arrived.target().text();
        Headers came = fields(request.getHeaders());
        Headers.Builder sent = OriginHeaders.naming(
                OriginHeaders.of(came, arrived.forwarding().authority().text(), via, arrived.forwarding()),
                came,
                arrived.forwarding())
                .toBuilder();
        came.all(EdgeFields.READ_AFTER).forEach(position -> sent.add(EdgeFields.READ_AFTER, position));
        sent.set(RequestId.HEADER, RequestIdWebFilter.of(exchange))
                .set(EdgeFields.HOME, mark.of(region, request.getMethod().name(), target));
        return origins.call(new OriginRequest(
                request.getMethod().name(),
                address,
                target,
                sent.build(),
                content(request, came),
                timeouts,
                null,
                RequestIdWebFilter.span(exchange)));
    }

    private static Headers fields(HttpHeaders from) {
        Headers.Builder fields = Headers.builder();
        from.forEach((name, values) -> values.forEach(value -> fields.add(name, value)));
        return fields.build();
    }

    private static @Nullable Publisher<ByteBuf> content(ServerHttpRequest request, Headers came) {
        String length = came.first(HttpHeaders.CONTENT_LENGTH);
        boolean hasContent = came.has(HttpHeaders.TRANSFER_ENCODING)
                || (length != null && !length.strip().equals("0"));
        return hasContent ? request.getBody().map(NettyDataBufferFactory::toByteBuf) : null;
    }
}
