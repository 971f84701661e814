package io.tidemark.local.suite.chaos;

import java.time.Duration;

/**
 * One thing that is done to the suite.
 *
 * @param verb kill, pause, cut, delay, corrupt or flood
 * @param lasts how long the fault stays; recovery counts from its end
 * @param load what the steady load does meanwhile, and may see
 */
public record Experiment(String verb, String what, Action begin, Action end, Duration lasts, Load load) {
    static final Action NOTHING = () -> {};

    /** The same with a load of its own, which ends after the fault and says what was not as it must be. */
    Experiment beside(String what, Action loadBegins, Action loadEnds) {
        return new Experiment(
                verb,
                this.what + ", " + what,
                () -> {
                    loadBegins.run();
                    begin.run();
                },
                () -> {
                    end.run();
                    loadEnds.run();
                },
                lasts,
                load);
    }

    /** What is asked of the steady load. */
    enum Load {
        /** Products change and are purged meanwhile; no reader may see an error. */
        READS_AND_CHANGES(true, false),
        /** Products do not change: the origin cannot be reached, so a purged one would be gone. No reader may see an error. */
        READS(false, false),
        /** Readers may see errors: their gateway itself is gone. */
        READS_AND_CHANGES_THAT_MAY_FAIL(true, true),
        /** The same, and products do not change: what was stored before is what is asked for after. */
        READS_THAT_MAY_FAIL(false, true);

        private final boolean changes;
        private final boolean mayFail;

        Load(boolean changes, boolean mayFail) {
            this.changes = changes;
            this.mayFail = mayFail;
        }

        boolean changes() {
            return changes;
        }

        boolean mayFail() {
            return mayFail;
        }
    }

    /** A step of an experiment; what it throws fails the row. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }
}
