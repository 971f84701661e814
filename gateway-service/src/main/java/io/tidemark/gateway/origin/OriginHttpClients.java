package io.tidemark.gateway.origin;

import io.tidemark.commons.origins.OriginConnections;
import io.tidemark.commons.origins.OriginNames;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.stereotype.Component;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Makes the HTTP clients of all routes, as Spring Cloud Gateway makes its own: with TLS, proxy and customizers of
 * {@code spring.cloud.gateway.server.webflux.httpclient.*}. The cached routes have connections of their own, those of the others
 * are as its {@code pool} says, and let go when {@link OriginNames} says so.
 */
@Component
public final class OriginHttpClients {
    private final HttpClientProperties properties;
    private final ServerProperties server;
    private final HttpClientSslConfigurer tls;
    private final List<HttpClientCustomizer> customizers;

    OriginHttpClients(
            HttpClientProperties properties,
            ServerProperties server,
            HttpClientSslConfigurer tls,
            List<HttpClientCustomizer> customizers) {
        this.properties = properties;
        this.server = server;
        this.tls = tls;
        this.customizers = customizers.stream()
                .filter(customizer ->
                        !(customizer instanceof UncachedRequests.Targets)) // the cached routes have their own
                .toList();
    }

    public HttpClient over(ConnectionProvider connections) {
        return new Factory(connections).createInstance();
    }

    /** The framework's client follows names as well. */
    @Component
    static final class Follows implements HttpClientCustomizer {
        private final OriginNames names;

        Follows(OriginNames names) {
            this.names = names;
        }

        @Override
        public HttpClient customize(HttpClient client) {
            return OriginConnections.following(names, client);
        }
    }

    /** In place of the framework's own, whose connections know nothing of names. */
    public HttpClientFactory ofUncachedRoutes(OriginNames names, List<HttpClientCustomizer> all) {
        return new Uncached(all, names);
    }

    private final class Uncached extends HttpClientFactory {
        private final OriginNames names;

        Uncached(List<HttpClientCustomizer> all, OriginNames names) {
            super(OriginHttpClients.this.properties, server, tls, all);
            this.names = names;
        }

        @Override
        protected ConnectionProvider buildConnectionProvider(HttpClientProperties properties) {
            ConnectionProvider configured = super.buildConnectionProvider(properties);
            ConnectionProvider.Builder pool = configured.mutate();
            return pool == null
                    ? configured // each call has a connection of its own
                    : pool.evictionPredicate(OriginConnections.letGo(
                                    names, properties.getPool().getMaxIdleTime()))
                            .build();
        }
    }

    private final class Factory extends HttpClientFactory {
        private final ConnectionProvider connections;

        Factory(ConnectionProvider connections) {
            super(
                    OriginHttpClients.this.properties,
                    server,
                    tls,
                    new ArrayList<>(OriginHttpClients.this.customizers)); // which it sorts
            this.connections = connections;
        }

        @Override
        protected HttpClient createInstance() {
            return super.createInstance();
        }

        @Override
        protected ConnectionProvider buildConnectionProvider(HttpClientProperties ofOthers) {
            return connections;
        }
    }
}
