package io.tidemark.gateway.ops;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.observation.DefaultGatewayObservationConvention;
import org.springframework.cloud.gateway.filter.headers.observation.GatewayContext;
import org.springframework.cloud.gateway.support.tagsprovider.GatewayTagsProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Methods as labels of the framework's metrics: whatever a client makes up is {@code UNKNOWN}, so that nobody can make a time
 * series.
 */
final class KnownMethods {
    private static final Set<HttpMethod> KNOWN = Set.of(HttpMethod.values());

    private KnownMethods() {}

    private static String label(HttpMethod method) {
        return KNOWN.contains(method) ? method.name() : "UNKNOWN";
    }

    /** Of {@code spring.cloud.gateway.requests}. */
    @Component
    @Order(Ordered.HIGHEST_PRECEDENCE) // the first one's tags stand
    static final class OfRequests implements GatewayTagsProvider {
        @Override
        public Tags apply(ServerWebExchange exchange) {
            return Tags.of("httpMethod", label(exchange.getRequest().getMethod()));
        }
    }

    /** Of {@code http.client.requests}: calls of routes without the cache. */
    @Component
    static final class OfCalls extends DefaultGatewayObservationConvention {
        @Override
        public KeyValues getLowCardinalityKeyValues(GatewayContext context) {
            return super.getLowCardinalityKeyValues(context)
                    .and("http.method", label(context.getRequest().getMethod()));
        }
    }
}
