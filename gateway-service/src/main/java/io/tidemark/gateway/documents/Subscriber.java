package io.tidemark.gateway.documents;

/** A connected client as its room sees it. Neither call waits. */
interface Subscriber {
    /** Sends a frame, or closes the connection if too much waits already. The array is shared with others. */
    void send(byte[] frame);

    /** Closes the connection, once. */
    void close(Goodbye reason);
}
