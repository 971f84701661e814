package io.tidemark.gateway.hit;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.FastThreadLocal;
import io.tidemark.gateway.edge.EdgeAnswer;
import io.tidemark.gateway.overload.OutputLimits;
import io.tidemark.gateway.server.EarlyRefusals;
import io.tidemark.gateway.server.ProxiedSchemes;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * Gives the answers of {@link Hits}, and of {@link Refusals}, in front of WebFlux, in every protocol: those that {@link
 * HitHandler} has not given.
 */
@Component
@Order(0) // what it looks at is the request as it came
final class HitRoute implements NettyRouteProvider {
    /** What the predicate has found for the handler, which is called right after it on the same thread. */
    private final FastThreadLocal<@Nullable Hit> found = new FastThreadLocal<>();

    private final FastThreadLocal<EarlyRefusals.@Nullable Refused> refused = new FastThreadLocal<>();

    private final HitRouteProperties properties;
    private final Hits hits;
    private final Refusals refusals;
    private final OutputLimits limits;
    private final ProxiedSchemes proxied;

    HitRoute(HitRouteProperties properties, Hits hits, Refusals refusals, OutputLimits limits, ProxiedSchemes proxied) {
        this.refusals = refusals;
        this.limits = limits;
        this.properties = properties;
        this.hits = hits;
        this.proxied = proxied;
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return properties.enabled() ? routes.route(this::find, this::answer) : routes;
    }

    private boolean find(HttpServerRequest request) {
        HttpHeaders fields = request.requestHeaders();
        String scheme = request.connectionScheme();
        String asked = proxied.mayDiffer(request.connectionRemoteAddress()) ? proxied.of(fields, scheme) : scheme;
        if (asked == null || namesFields(fields)) {
            return false;
        }
        Hit hit = hits.find(asked, request.method(), request.uri(), fields);
        if (hit != null) {
            found.set(hit);
            return true;
        }
        EarlyRefusals.Refused refusal = refusals.find(asked, request.method(), request.uri(), fields);
        if (refusal != null) {
            refused.set(refusal);
        }
        return refusal != null;
    }

    /** Whether Connection may name fields that are for this hop only: the answer must not depend on them. */
    private static boolean namesFields(HttpHeaders fields) {
        String options = fields.get(HttpHeaderNames.CONNECTION);
        return options != null
                && !HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(options)
                && !HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(options);
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        EarlyRefusals.Refused refusal = refused.get();
        if (refusal != null) {
            refused.remove();
            response.status(refusal.answer().status()).header(HitFields.REQUEST_ID, refusal.id());
            response.responseHeaders().add(refusal.answer().fields());
            return response.sendObject(refusal.answer().body());
        }
        Hit hit = found.get();
        found.remove();
        if (hit == null) {
            throw new IllegalStateException("the handler was called without its predicate");
        }
        response.status(hit.status());
        hits.writeFields(hit, response.responseHeaders());
        hits.count(hit);
        ByteBuf body = hits.body(hit);
        if (body.readableBytes() > EdgeAnswer.WHOLE) {
            return response.send(limits.paced(body, response));
        }
        return body.isReadable() ? response.sendObject(body) : response.send();
    }
}
