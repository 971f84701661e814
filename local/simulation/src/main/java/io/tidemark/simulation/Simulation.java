package io.tidemark.simulation;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs schedules, each decided by (seed, number) alone. */
final class Simulation {
    private static final int STEPS = 800;

    /**
     * What was found.
     *
     * @param schedules how many were run
     * @param number the number of the first schedule that was seen to fail, -1 if none
     */
    record Result(int schedules, int number, @Nullable String oldRead) {
        boolean isClean() {
            return oldRead == null;
        }
    }

    private Simulation() {}

    /** @param without the rule that is left out; null for none */
    static Result run(int schedules, long seed, @Nullable Guard without) {
        Set<Guard> guards = EnumSet.allOf(Guard.class);
        if (without != null) {
            guards.remove(without);
        }
        AtomicInteger ran = new AtomicInteger();
        return IntStream.range(0, schedules)
                .parallel()
                .mapToObj(number -> {
                    ran.incrementAndGet();
                    return new Result(0, number, schedule(seed, number, guards));
                })
                .filter(result -> !result.isClean())
                .findAny()
                .map(bad -> new Result(ran.get(), bad.number(), bad.oldRead()))
                .orElseGet(() -> new Result(ran.get(), -1, null));
    }

    /** One schedule by its number: what its first old read was, null if there was none. */
    static @Nullable String schedule(long seed, int number, Set<Guard> guards) {
        return new World(new Random(seed * 1_000_003 + number), guards).run(STEPS);
    }
}
