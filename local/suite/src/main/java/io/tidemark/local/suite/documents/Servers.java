package io.tidemark.local.suite.documents;

import io.tidemark.local.suite.machine.ServerProcess;
import java.io.IOException;
import java.util.List;

/** What keeps documents: the gateways, or a peer. */
interface Servers extends AutoCloseable {
    String name();

    /** y-websocket or hocuspocus. */
    String dialect();

    /** Where clients connect, one for each process. */
    List<String> addresses();

    List<ServerProcess> processes();

    /** SIGKILL for the Redis that clients' edits are in first, and a start right after it; nothing where there is none. */
    void restartStore();

    /** Regions hear nothing of each other from now on; nothing where there is one. */
    void cutRegions();

    void joinRegions();

    default void awaitUp() throws InterruptedException {
        for (ServerProcess process : processes()) {
            process.awaitUp();
        }
    }

    @Override
    void close() throws IOException;
}
