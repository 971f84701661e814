package io.tidemark.local.suite.backends;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** Something that is done to backends, with services of its own, which end with it. */
interface Trial extends AutoCloseable {
    /** Makes one; what it needs is started by {@link #run}, or here. */
    @FunctionalInterface
    interface Maker {
        Trial make() throws IOException, InterruptedException;
    }

    /** A step of it. */
    @FunctionalInterface
    interface Deed {
        void done() throws IOException, InterruptedException;
    }

    /** Does it and prints a table. What was not as it should be; nothing: all was. */
    List<String> run(PrintStream out) throws IOException, InterruptedException;

    @Override
    void close();
}
