package io.tidemark.local.suite.restarts;

import java.io.IOException;
import java.util.List;

/** A client of one service that keeps its connections and sends nothing twice. */
interface KeptClient extends AutoCloseable {
    /** A request; header fields are names and values in turn. */
    record Request(String method, String path, String body, List<String> fields) {
        static Request get(String path) {
            return new Request("GET", path, "", List.of());
        }
    }

    /** An answer, whole. */
    record Answer(int status, String body) {}

    /**
     * Sends it once, over the connection that is there or, if there is none or its other side has ended it, a new one.
     *
     * @throws IOException no whole answer came, or no connection
     */
    Answer send(Request request) throws IOException;

    @Override
    void close();
}
