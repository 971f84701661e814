package io.tidemark.gateway.server;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpRouteHandlerMetadata;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/** Gives all who come later, WebFlux among them, each request as {@link Arrivals} have read it. */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
final class ArrivingRoutes implements NettyRouteProvider {
    private final Arrivals arrivals;

    ArrivingRoutes(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return new Routes(routes, arrivals);
    }

    private record Routes(HttpServerRoutes routes, Arrivals arrivals) implements HttpServerRoutes {
        @Override
        public HttpServerRoutes route(
                Predicate<? super HttpServerRequest> condition,
                BiFunction<? super HttpServerRequest, ? super HttpServerResponse, ? extends Publisher<Void>> handler) {
            routes.route(condition, (request, response) -> handler.apply(arrivals.arrived(request), response));
            return this;
        }

        @Override
        public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
            return routes.apply(request, response);
        }

        @Override
        public HttpServerRoutes directory(
                String uri, Path directory, @Nullable Function<HttpServerResponse, HttpServerResponse> interceptor) {
            routes.directory(uri, directory, interceptor);
            return this;
        }

        @Override
        public HttpServerRoutes removeIf(Predicate<? super HttpRouteHandlerMetadata> condition) {
            routes.removeIf(condition);
            return this;
        }

        @Override
        public HttpServerRoutes comparator(Comparator<HttpRouteHandlerMetadata> comparator) {
            routes.comparator(comparator);
            return this;
        }

        @Override
        public HttpServerRoutes noComparator() {
            routes.noComparator();
            return this;
        }
    }
}
