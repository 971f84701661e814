package io.tidemark.commons.redis;

import io.lettuce.core.event.Event;
import io.lettuce.core.event.command.CommandFailedEvent;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandSucceededEvent;
import io.lettuce.core.event.connection.ConnectionActivatedEvent;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.protocol.ReadOnlyCommands;

/** What Lettuce tells of connections and commands. */
final class RedisEvents implements CommandListener {
    private final RedisConnections connections;

    RedisEvents(RedisConnections connections) {
        this.connections = connections;
    }

    void connection(Event event) {
        if (event instanceof ReconnectFailedEvent failed) {
            connections.failed(failed.getCause());
        } else if (event instanceof ConnectionActivatedEvent) {
            connections.connected();
        }
    }

    @Override
    public void commandFailed(CommandFailedEvent event) {
        connections.failed(event.getCause());
    }

    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
        if (!ReadOnlyCommands.isReadOnlyCommand(event.getCommand().getType())) {
            connections.taken();
        }
    }
}
