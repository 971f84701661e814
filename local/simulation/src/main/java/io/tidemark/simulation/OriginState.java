package io.tidemark.simulation;

import java.util.Random;

/** What the origin has of the one thing, what it says of its answers' lifetime, and how often it fails. */
final class OriginState {
    private static final int[] FAILURES_IN_100 = {0, 0, 10, 40};
    private static final String[] LIFETIMES = {
        "max-age=60",
        "max-age=60",
        "max-age=60",
        "max-age=60",
        "max-age=60",
        "max-age=2, stale-while-revalidate=60",
        "max-age=1, stale-while-revalidate=20, stale-if-error=60",
        "max-age=3, stale-if-error=60",
        "max-age=2, must-revalidate",
        "no-cache"
    };

    final boolean varies;
    int version = 1;
    boolean deleted;

    private final Random random;
    private final Tally tally;
    private final String[] lifetimes;
    private final boolean forbidsStoring;
    private int failuresIn100;

    OriginState(Random random, Tally tally) {
        this.random = random;
        this.tally = tally;
        this.varies = random.nextInt(4) == 0;
        this.failuresIn100 = FAILURES_IN_100[random.nextInt(FAILURES_IN_100.length)];
        this.lifetimes = new String[] {any(LIFETIMES), any(LIFETIMES)};
        this.forbidsStoring = random.nextInt(8) == 0;
    }

    void write() {
        version++;
        deleted = random.nextInt(5) == 0;
        tally.count(deleted ? Tally.Kind.WRITE_THAT_DELETES : Tally.Kind.WRITE);
    }

    /** Whether it fails now. */
    boolean fails() {
        return failuresIn100 > 0 && random.nextInt(100) < failuresIn100;
    }

    /** It fails no more. */
    void heal() {
        failuresIn100 = 0;
    }

    /** What it says of an answer's lifetime. */
    String lifetime() {
        if (forbidsStoring && random.nextInt(8) == 0) {
            tally.count(Tally.Kind.UNCACHEABLE_ANSWER);
            return "no-store";
        }
        return any(lifetimes);
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
