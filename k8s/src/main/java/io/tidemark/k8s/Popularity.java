package io.tidemark.k8s;

/**
 * Items that are asked for by Zipf with exponent 1, and what a cache of them holds: Che's approximation of least recently
 * used, with a lifetime, and purges that come evenly. Ranks are taken together where they differ little.
 */
final class Popularity {
    private static final double STEP = 1.05;

    private final double[] counts;
    private final double[] shares;

    /**
     * What a cache holds.
     *
     * @param items how many, on average
     * @param hits the share of requests that find theirs
     */
    record Held(double items, double hits) {}

    Popularity(double items) {
        int classes = (int) Math.ceil(Math.log(items) / Math.log(STEP)) + 1;
        counts = new double[classes];
        shares = new double[classes];
        double sum = 0;
        double from = 1;
        for (int i = 0; i < classes && from <= items; i++) {
            double to = Math.min(items + 1, Math.max(from + 1, Math.floor(from * STEP)));
            counts[i] = to - from;
            shares[i] = 1 / ((from + to - 1) / 2);
            sum += counts[i] * shares[i];
            from = to;
        }
        for (int i = 0; i < classes; i++) {
            shares[i] /= sum;
        }
    }

    /**
     * What is held.
     *
     * @param rate requests a second
     * @param capacity items that there is room for
     * @param lifetime seconds after which an item is fetched anew
     * @param purged how often a second one item is purged
     */
    Held held(double rate, double capacity, double lifetime, double purged) {
        Held all = within(rate, lifetime, lifetime, purged);
        if (all.items() <= capacity) {
            return all;
        }
        double shortest = 0;
        double longest = lifetime;
        for (int i = 0; i < 60; i++) {
            double middle = (shortest + longest) / 2;
            if (within(rate, middle, lifetime, purged).items() > capacity) {
                longest = middle;
            } else {
                shortest = middle;
            }
        }
        return within(rate, shortest, lifetime, purged);
    }

    /** Where items leave that were not asked for this long. */
    private Held within(double rate, double unasked, double lifetime, double purged) {
        double items = 0;
        double hits = 0;
        for (int i = 0; i < counts.length; i++) {
            double asked = rate * shares[i];
            double lost = 1 / lifetime + purged;
            double held = (1 - Math.exp(-asked * unasked)) * asked / (asked + lost);
            items += counts[i] * held;
            hits += counts[i] * shares[i] * held;
        }
        return new Held(items, hits);
    }
}
