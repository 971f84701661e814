package io.tidemark.simulation;

import java.util.Random;

/** What happens in one step of a schedule. */
enum Action {
    WRITE(2.5, false),
    PUBLISH(4, false),
    PURGE_WITHOUT_CHANGE(.5, true),
    PURGE_OF_OTHERS(1, true),
    SOFT_PURGE(.5, true),
    SERVICE_WORKS(14, false),
    SERVICE_RESTARTS(.4, true),
    SERVICE_STALLS(.7, true),
    SERVICE_LAGS(.7, true),
    REGION_FORGETS(.3, true),
    CUT(.5, true),
    MUTE(1, true),
    DEAFEN(.5, true),
    FALL_BEHIND(1, true),
    PAUSE(.5, true),
    CRASH(.5, true),
    FOLLOW(6, false),
    HEARTBEAT(2, false),
    TIMER(4, false),
    CALL_MOVES(24, false),
    READ(26, false);

    private static final Action[] ALL = values();

    private final double weight;
    private final boolean isFault;

    Action(double weight, boolean isFault) {
        this.weight = weight;
        this.isFault = isFault;
    }

    /** How often each happens in one schedule, relative to its weight; in some schedules a fault never does. */
    static final class Mix {
        private static final double[] FAULT_FACTORS = {0, 0, .5, 2};
        private static final double[] FACTORS = {.5, 1, 2};

        private final Random random;
        private final double[] weights = new double[ALL.length];
        private final double sum;

        Mix(Random random) {
            this.random = random;
            double all = 0;
            for (int i = 0; i < weights.length; i++) {
                double[] factors = ALL[i].isFault ? FAULT_FACTORS : FACTORS;
                weights[i] = ALL[i].weight * factors[random.nextInt(factors.length)];
                all += weights[i];
            }
            this.sum = all;
        }

        Action draw() {
            double at = random.nextDouble() * sum;
            for (int i = 0; i < weights.length; i++) {
                at -= weights[i];
                if (at < 0) {
                    return ALL[i];
                }
            }
            return READ;
        }
    }
}
