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
    private volatile HttpClient unpooled;

    /**
     * Makes the client.
     *
     * @param settings what it is, over either kind of connections
     */
    OriginHttp(ConnectionProvider connections, UnaryOperator<HttpClient> settings, OriginNames names) {
        this.connections = connections;
        this.names = names;
        this.client = settings.apply(HttpClient.create(connections));
        this.unpooled = settings.apply(HttpClient.newConnection());
    }

    HttpClient client() {
        return client;
    }

    /** The same for a request that needs a new connection, which ends with it. */
    HttpClient unpooled() {
        return unpooled;
    }

    /** Whose addresses the connections lead to. */
    OriginNames names() {
        return names;
    }

    /** Others over the same connections; those that were made by the settings before are used no more. */
    void change(UnaryOperator<HttpClient> settings) {
        client = settings.apply(client);
        unpooled = settings.apply(unpooled);
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
