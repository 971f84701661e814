package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
import io.tidemark.gateway.edge.Hits.Hit;
import io.tidemark.gateway.overload.OutputLimits;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/** Gives the answers of {@link Hits} in front of WebFlux, in every protocol: those that {@link HitHandler} has not given. */
@Component
final class HitRoute implements NettyRouteProvider {
    /** What the predicate has found for the handler, which is called right after it on the same thread. */
    private final FastThreadLocal<@Nullable Hit> found = new FastThreadLocal<>();

    private final HitRouteProperties properties;
    private final Hits hits;
    private final OutputLimits limits;

    HitRoute(HitRouteProperties properties, Hits hits, OutputLimits limits) {
        this.limits = limits;
        this.properties = properties;
        this.hits = hits;
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return properties.enabled() ? routes.route(this::find, this::answer) : routes;
    }

    private boolean find(HttpServerRequest request) {
        Hit hit = hits.find(request.scheme(), request.method(), request.uri(), request.requestHeaders());
        if (hit == null) {
            return false;
        }
        found.set(hit);
        return true;
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        Hit hit = found.get();
        found.remove();
        if (hit == null) {
            throw new IllegalStateException("the handler was called without its predicate");
        }
        response.status(Hits.status(hit));
        hits.writeFields(hit, response.responseHeaders());
        hits.count(hit);
        ByteBuf body = hits.body(hit);
        if (body.readableBytes() > HitHandler.WHOLE) {
            Channel[] channel = new Channel[1];
            response.withConnection(connection -> channel[0] = connection.channel());
            return response.send(limits.paced(body, channel[0]));
        }
        return body.isReadable() ? response.sendObject(body) : response.send();
    }
}
