package io.tidemark.local.suite.chaos;

import java.io.IOException;

/** How the parts of a running suite are hurt. Parts are called as the launcher and the compose file call them. */
interface Hands {
    /** Ends the part's process at once (SIGKILL); it stays away until {@link #revive}. */
    void kill(String part) throws IOException, InterruptedException;

    /** Lets a killed part start again; returns before it answers. */
    void revive(String part) throws IOException, InterruptedException;

    /** Stops the part without ending it: its connections stay open, and nothing answers. */
    void pause(String part) throws IOException, InterruptedException;

    /** Ends a pause. */
    void resume(String part) throws IOException, InterruptedException;
}
