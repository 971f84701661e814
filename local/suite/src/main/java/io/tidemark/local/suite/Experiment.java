package io.tidemark.local.suite;

import java.time.Duration;

/**
 * One thing that is done to the suite.
 *
 * @param verb kill, pause, cut, delay, corrupt or flood
 * @param lasts how long the fault stays; recovery counts from its end
 * @param load what the steady load does meanwhile, and may see
 */
record Experiment(String verb, String what, Action begin, Action end, Duration lasts, Load load) {
    static final Action NOTHING = () -> {};

    /** What is asked of the steady load. */
    enum Load {
        /** Products change and are purged meanwhile; no reader may see an error. */
        READS_AND_CHANGES,
        /** Products do not change: the origin cannot be reached, so a purged one would be gone. No reader may see an error. */
        READS,
        /** Readers may see errors: their gateway itself is gone. */
        READS_THAT_MAY_FAIL
    }

    /** A step of an experiment; what it throws fails the row. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }
}
