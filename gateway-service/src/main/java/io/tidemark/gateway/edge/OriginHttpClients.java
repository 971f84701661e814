package io.tidemark.gateway.edge;

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
 * Makes the HTTP client of the cached routes as Spring Cloud Gateway makes that of all others: with the same TLS, proxy and
 * customizers ({@code spring.cloud.gateway.server.webflux.httpclient.*}), and with connections of its own.
 */
@Component
final class OriginHttpClients {
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

    HttpClient over(ConnectionProvider connections) {
        return new Factory(connections).createInstance();
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
