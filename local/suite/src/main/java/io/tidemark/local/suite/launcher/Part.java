package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.Backend;
import io.tidemark.local.suite.machine.PartFailedException;

/** One process of the suite: started, killed and started again by itself. Not thread-safe. */
public interface Part {
    String name();

    /** Where people reach it, or the port if it does not speak HTTP. */
    String address();

    /** The ports that must be free before it starts. */
    int[] ports();

    /** Returns once it answers; throws {@link PartFailedException} if it does not. */
    void start();

    void stop();

    boolean isRunning();

    String lastLogLines(int count);

    /** How to find its process: {@code pid 123} or {@code container abc}. */
    String process();

    /** A Redis or a Kafka. */
    static Part of(Backend backend) {
        return new BackendPart(backend);
    }
}
