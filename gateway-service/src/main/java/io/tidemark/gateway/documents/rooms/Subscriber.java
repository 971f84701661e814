package io.tidemark.gateway.documents.rooms;

import io.tidemark.documents.dialect.Message;
import org.jspecify.annotations.Nullable;

/** A connected client as its room sees it. Neither call waits. */
public interface Subscriber {
    /**
     * Tells the client something, or closes the connection if too much waits already.
     *
     * @param frame the message as y-websocket has it, shared with others
     */
    void send(Message message, byte[] frame);

    /** Whose the connection is, as far as that was verified; null if nobody knows. */
    @Nullable
    String user();

    /** Takes the document from the client, once. */
    void close(Goodbye reason);
}
