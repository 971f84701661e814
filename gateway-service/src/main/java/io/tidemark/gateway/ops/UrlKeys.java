package io.tidemark.gateway.ops;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.policy.CachedRoutes;
import io.tidemark.gateway.policy.CachedRoutes.CachedRoute;
import io.tidemark.gateway.server.AskedUrl;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Under which key a plain GET of a URL would be looked up now. Thread-safe. */
@Component
final class UrlKeys {
    private final CachedRoutes routes;

    UrlKeys(CachedRoutes routes) {
        this.routes = routes;
    }

    /** The request, the cached route that takes it, and its key. */
    record Keyed(CachedRoute route, PresentedRequest request, CacheKey key) {}

    /** Empty if no cached route takes it. */
    Mono<Keyed> of(AskedUrl asked) {
        PresentedRequest request = new PresentedRequest(
                "GET",
                asked.scheme(),
                asked.authority().text(),
                asked.target().path(),
                asked.target().query(),
                Headers.empty());
        for (CachedRoute route : routes.all()) {
            if (route.takes(asked.target().canonicalPath())) {
                KeySettings settings = route.policy().cache().settings().key();
                return route.policy()
                        .version()
                        .current()
                        .map(version -> new Keyed(
                                route,
                                request,
                                CacheKey.of(route.id(), request, settings).underVersion(version)));
            }
        }
        return Mono.empty();
    }
}
