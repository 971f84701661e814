package io.tidemark.gateway.documents.rooms;

import java.time.Duration;

/**
 * What a room lets happen.
 *
 * @param connections at most
 * @param awareness octets of one client's state at most
 * @param backlog octets that wait for a client at most
 * @param compactAfter edits since the snapshot
 * @param documents of one connection at most
 * @param frames that a client may send in a second
 * @param octets that a client may send in a second
 * @param silence after which a state is withdrawn and a connection closed
 */
public record RoomLimits(
        int connections,
        int awareness,
        long backlog,
        int compactAfter,
        int documents,
        int frames,
        long octets,
        Duration silence) {}
