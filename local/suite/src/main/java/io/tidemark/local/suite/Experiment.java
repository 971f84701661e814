package io.tidemark.local.suite;

import java.time.Duration;

/**
 * One thing that is done to the suite.
 *
 * @param verb kill, cut, delay, corrupt or flood
 * @param lasts how long the fault stays; recovery counts from its end
 * @param readsMayFail whether readers of stored products may see errors (their gateway itself is gone)
 */
record Experiment(String verb, String what, Action begin, Action end, Duration lasts, boolean readsMayFail) {
    static final Action NOTHING = () -> {};

    /** A step of an experiment. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }
}
