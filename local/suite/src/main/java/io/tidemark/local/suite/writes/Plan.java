package io.tidemark.local.suite.writes;

import java.time.Duration;

/**
 * What one run does. Two runs with the same seed kill the same processes at the same times.
 *
 * @param writes in all, spread evenly over the keys
 * @param perSecond how many are sent in a second, all keys together
 * @param failures the share of the origin's calls that fail, half of them after their effect
 * @param poison whether the first key fails always
 * @param killEvery zero: nothing is killed
 * @param replicated whether three brokers keep the log, of which one is killed every 20 s, and a replica stands by for Redis,
 *     which sentinels put in its place when it is killed, once
 * @param patience for the acceptance of one write, and for the end after the last one was accepted
 */
record Plan(
        int keys,
        int writes,
        double perSecond,
        double failures,
        boolean poison,
        Duration killEvery,
        boolean replicated,
        Duration patience,
        long seed) {
    private static final int KEYS = 200;
    private static final int WRITES = 20_000;

    Plan {
        if (keys < 1 || writes < keys || !(perSecond > 0)) {
            throw new IllegalArgumentException("a torture has at least one key, a write per key, and a rate");
        }
    }

    /**
     * From {@code -Dtorture.keys}, {@code .writes}, {@code .rate}, {@code .failures}, {@code .kill-every}, {@code .replicated},
     * {@code .seed}.
     */
    static Plan fromSystemProperties() {
        return new Plan(
                Integer.getInteger("torture.keys", KEYS),
                Integer.getInteger("torture.writes", WRITES),
                Double.parseDouble(System.getProperty("torture.rate", "150")),
                Double.parseDouble(System.getProperty("torture.failures", "0.2")),
                true,
                Duration.ofSeconds(Integer.getInteger("torture.kill-every", 5)),
                Boolean.getBoolean("torture.replicated"),
                Duration.ofMinutes(10),
                Long.getLong("torture.seed", 1));
    }

    Plan withoutPoison() {
        return new Plan(keys, writes, perSecond, failures, false, killEvery, replicated, patience, seed);
    }

    int writesPerKey() {
        return writes / keys;
    }

    /** From one write of a key to its next. */
    Duration pause() {
        return Duration.ofNanos((long) (1e9 * keys / perSecond));
    }

    /** The first key's name says whether it fails always. */
    String key(int number) {
        return number > 0 ? "key-" + number : poison ? TortureOrigin.POISON : "spared";
    }

    /** Whether a key is measured: all but the first one, which is another one in a run without a failing key. */
    static boolean isMeasured(String key) {
        return key.startsWith("key-");
    }
}
