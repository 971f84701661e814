package io.tidemark.invalidation.pollers;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait until the next poll: the interval, doubled for each failure in a row up to a limit, and of that a random
 * share of at least a half, so that pollers do not keep in step.
 */
record Backoff(Duration interval, Duration limit) {
    private static final int MAX_DOUBLINGS = 20;

    Duration delay(int failures, RandomGenerator random) {
        if (failures == 0) {
            return interval;
        }
        double full = Math.min(
                (double) limit.toMillis(), interval.toMillis() * Math.pow(2, Math.min(failures, MAX_DOUBLINGS)));
        return Duration.ofMillis((long) (full * (0.5 + random.nextDouble() / 2)));
    }
}
