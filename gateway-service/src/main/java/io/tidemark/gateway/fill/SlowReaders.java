package io.tidemark.gateway.fill;

import java.time.Duration;

/**
 * How long who reads a body that is not stored may take for its next chunk, which keeps its call to the origin, and whoever
 * joined it, waiting.
 *
 * @param alone a single reader, whom only the origin waits for
 * @param among one of several: the others wait for it too
 */
public record SlowReaders(Duration alone, Duration among) {
    /** 30 s; 5 s where others wait. */
    public static final SlowReaders DEFAULT = new SlowReaders(Duration.ofSeconds(30), Duration.ofSeconds(5));

    public SlowReaders {
        if (!alone.isPositive() || !among.isPositive()) {
            throw new IllegalArgumentException("must be positive: " + alone + ", " + among);
        }
    }

    /** What a reader gets instead of the rest. */
    public static final class LetGo extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LetGo(Duration limit) {
            super("the client has taken nothing for " + limit, null, false, false);
        }
    }
}
