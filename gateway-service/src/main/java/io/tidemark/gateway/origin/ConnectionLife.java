package io.tidemark.gateway.origin;

import io.tidemark.commons.origins.OriginNames;
import java.time.Duration;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.resources.ConnectionProvider.ConnectionMetadata;

/** When a pool lets go a connection that has not reached the end of its longest life. */
public final class ConnectionLife {
    private ConnectionLife() {}

    /**
     * When it is closed, or to be; unused for so long; or leads where its origin's name does not any more.
     *
     * @param maxIdle null: no limit
     */
    public static BiPredicate<Connection, ConnectionMetadata> until(@Nullable Duration maxIdle, OriginNames names) {
        long maxIdleMillis = maxIdle == null ? Long.MAX_VALUE : maxIdle.toMillis();
        return (connection, use) -> !connection.channel().isActive()
                || !connection.isPersistent()
                || use.idleTime() >= maxIdleMillis
                || names.isLetGo(connection.channel());
    }
}
