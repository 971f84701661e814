package io.tidemark.writequeue.delivery;

import io.tidemark.commons.origins.OriginNames;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The HTTP client of one origin and its connections. Thread-safe. */
final class OriginHttp implements AutoCloseable {
    private final ConnectionProvider connections;
    private final OriginNames names;
    private volatile HttpClient client;

    OriginHttp(ConnectionProvider connections, HttpClient client, OriginNames names) {
        this.connections = connections;
        this.names = names;
        this.client = client;
    }

    HttpClient client() {
        return client;
    }

    /** Whose addresses the connections lead to. */
    OriginNames names() {
        return names;
    }

    /** Another one over the same connections; those that were made by the settings before are used no more. */
    void change(UnaryOperator<HttpClient> settings) {
        client = settings.apply(client);
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
