package io.tidemark.simulation;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs schedules, each decided by (seed, number) alone. */
final class Simulation {
    private static final int STEPS = 300;

    /**
     * What was found.
     *
     * @param schedules how many were run
     * @param number the number of the first schedule that was seen to fail, -1 if none
     * @param failure what went wrong in it
     */
    record Result(int schedules, int number, @Nullable String failure, Tally tally) {
        boolean isClean() {
            return failure == null;
        }

        /** Both together; of two failures the first. */
        Result and(Result other) {
            Tally both = new Tally();
            both.add(tally);
            both.add(other.tally);
            Result bad = isClean() ? other : this;
            return new Result(schedules + other.schedules, bad.number, bad.failure, both);
        }
    }

    private static final Result NOTHING = new Result(0, -1, null, new Tally());
    private static final int BATCH = 250;

    private Simulation() {}

    static Result nothing() {
        return NOTHING;
    }

    /**
     * Runs schedules until one fails, on all processors.
     *
     * @param without the rule that is left out; null for none
     */
    static Result run(int first, int schedules, long seed, @Nullable Guard without) {
        Set<Guard> guards = guards(without);
        AtomicBoolean found = new AtomicBoolean();
        Result sum = NOTHING;
        for (int from = first; from < first + schedules && sum.isClean(); from += BATCH) {
            Result batch = IntStream.range(from, Math.min(from + BATCH, first + schedules))
                    .parallel()
                    .mapToObj(number -> {
                        Result one = found.get() ? NOTHING : schedule(seed, number, guards);
                        found.compareAndSet(false, !one.isClean());
                        return one;
                    })
                    .reduce(NOTHING, Result::and);
            sum = sum.and(batch);
        }
        return sum;
    }

    /** One schedule by its number. */
    static Result schedule(long seed, int number, Set<Guard> guards) {
        return schedule(seed, number, guards, null);
    }

    /** @param trace told each thing that happens; null: nobody */
    static Result schedule(long seed, int number, Set<Guard> guards, @Nullable Consumer<String> trace) {
        World world = new World(new Random(seed * 1_000_003 + number), guards, trace);
        String failure = world.run(STEPS);
        return new Result(1, failure == null ? -1 : number, failure, world.tally);
    }

    /** All rules but this one; null for all. */
    static Set<Guard> guards(@Nullable Guard without) {
        Set<Guard> guards = EnumSet.allOf(Guard.class);
        if (without != null) {
            guards.remove(without);
        }
        return guards;
    }
}
