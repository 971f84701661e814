package io.tidemark.commons.origins;

import java.time.Duration;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider.ConnectionMetadata;

/** What makes clients of Reactor Netty follow {@link OriginNames}. */
public final class OriginConnections {
    private OriginConnections() {}

    /** The client, whose new connections lead to addresses that the names know. A proxy looks names up itself. */
    public static HttpClient following(OriginNames names, HttpClient client) {
        return client.configuration().hasProxy()
                ? client
                : client.resolver(names.resolvers())
                        .doOnChannelInit((_, channel, _) -> channel.pipeline().addLast(names.connectWatch()));
    }

    /**
     * When a pool lets go a connection that has not reached the end of its longest life: when it is closed, or to be; unused for
     * so long; or leads where its origin's name does not any more.
     *
     * @param maxIdle null: no limit
     */
    public static BiPredicate<Connection, ConnectionMetadata> letGo(OriginNames names, @Nullable Duration maxIdle) {
        long maxIdleMillis = maxIdle == null ? Long.MAX_VALUE : maxIdle.toMillis();
        return (connection, use) -> !connection.channel().isActive()
                || !connection.isPersistent()
                || use.idleTime() >= maxIdleMillis
                || names.isLetGo(connection.channel());
    }
}
