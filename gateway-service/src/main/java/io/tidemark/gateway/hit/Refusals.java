package io.tidemark.gateway.hit;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.tidemark.gateway.server.EarlyRefusals;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What is refused where hits are answered: nothing, as long as there is anything in the {@link RequestChain} that may look at more. */
@Component
final class Refusals {
    private final EarlyRefusals given;
    private final StaticRoutes routes;

    Refusals(ObjectProvider<EarlyRefusals> given, StaticRoutes routes) {
        this.given = given.getIfAvailable(() -> (_, _, _, _) -> null);
        this.routes = routes;
    }

    /** The answer, to be written once; null if the filters decide. */
    EarlyRefusals.@Nullable Refused find(String scheme, HttpMethod method, String uri, HttpHeaders fields) {
        return routes.isChainKnown() ? given.of(scheme, method, uri, fields) : null;
    }
}
