package io.tidemark.local.backends;

/**
 * One server on this machine, reachable at 127.0.0.1. It keeps its port and its data from one start to the next, so
 * that a test can kill it and start it again. Whatever is still running when this JVM ends, for whatever reason, is
 * killed then. Not thread-safe.
 */
public interface Backend extends AutoCloseable {
    String name();

    /** The same from the first start on. */
    int port();

    /**
     * Starts it and returns once it answers.
     *
     * @throws BackendFailedException if it does not answer within a minute; the message ends with its last log lines
     */
    void start();

    /** SIGKILL: nothing is flushed, nobody is told. Returns once the process is gone. */
    void kill();

    /** Asks it to end and returns once it has, by force after 10 s. */
    void stop();

    boolean isRunning();

    /** The end of what it has printed. */
    String lastLogLines(int count);

    /** How to find it from outside: {@code pid 123} or {@code container abc}; {@code none} before the first start. */
    String process();

    /** Ends it at once and deletes its data, if the data folder was not given. */
    @Override
    void close();
}
