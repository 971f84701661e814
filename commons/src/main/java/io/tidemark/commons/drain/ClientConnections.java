package io.tidemark.commons.drain;

/** The connections of a service's clients, but for those to its management port. */
public interface ClientConnections {
    /**
     * From now on each answer says that the connection ends with it (HTTP/1.1 {@code Connection: close}, RFC 9112 §9.6; HTTP/2
     * GOAWAY, RFC 9113 §6.8). New connections are still taken, and told the same.
     */
    void letGo();

    /** What has no end of its own, such as a stream of events or a WebSocket, is ended in its protocol's own way. */
    void lastCall();

    /** How many are open. */
    int open();
}
