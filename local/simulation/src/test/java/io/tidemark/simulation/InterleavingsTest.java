package io.tidemark.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Schedules are decided by a seed and their numbers. Properties: {@code schedules} (how many), {@code seed}, {@code first}
 * (the number of the first); {@code schedule=<seed>:<number>} replays one of them and prints what happens, without the rule
 * that {@code without} names, if it is there.
 */
class InterleavingsTest {
    private static final int SCHEDULES = Integer.getInteger("schedules", 2_000);
    private static final int FIRST = Integer.getInteger("first", 0);
    private static final long SEED = Long.getLong("seed", 1);
    private static final int SHOWN_EVERY = 5_000;
    private static final int SCHEDULES_WITHOUT_A_RULE = 20_000;

    /** All kinds of events happen in as many schedules as these, the rarest a few times. */
    private static final int ENOUGH_FOR_ALL_KINDS = 1_000;

    @Test
    void no_read_is_older_than_a_complete_purge_and_in_the_end_all_is_well() {
        Simulation.Result result = Simulation.nothing();
        long start = System.nanoTime();
        while (result.isClean() && result.schedules() < SCHEDULES) {
            int next = Math.min(SHOWN_EVERY, SCHEDULES - result.schedules());
            result = result.and(Simulation.run(FIRST + result.schedules(), next, SEED, null));
            System.out.println(line("all rules", result, start));
        }
        for (Tally.Kind kind : Tally.Kind.values()) {
            System.out.printf("  %-26s %,15d%n", kind.label(), result.tally().of(kind));
        }
        assertThat(result.failure())
                .as("replay it with -Dschedule=%d:%d", SEED, result.number())
                .isNull();
        assertThat(result.schedules()).isEqualTo(SCHEDULES);
        if (SCHEDULES >= ENOUGH_FOR_ALL_KINDS) {
            Tally tally = result.tally();
            assertThat(Stream.of(Tally.Kind.values()).filter(kind -> tally.of(kind) == 0))
                    .as("what never happened")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void without_any_single_rule_there_is_an_old_read_in_a_schedule_that_is_clean_with_it(Guard rule) {
        long start = System.nanoTime();
        Simulation.Result result = Simulation.run(0, SCHEDULES_WITHOUT_A_RULE, SEED, rule);
        System.out.println(line("without " + rule.label(), result, start));
        assertThat(result.failure())
                .as("an old read without " + rule.label())
                .isNotNull()
                .contains("was promised");
        assertThat(Simulation.schedule(SEED, result.number(), Simulation.guards(null))
                        .failure())
                .as("schedule %d with all rules", result.number())
                .isNull();
    }

    @Test
    void a_schedule_is_decided_by_its_number() {
        Simulation.Result found = Simulation.run(0, SCHEDULES_WITHOUT_A_RULE, SEED, Guard.FENCE);
        assertThat(Simulation.schedule(SEED, found.number(), Simulation.guards(Guard.FENCE))
                        .failure())
                .isEqualTo(Objects.requireNonNull(found.failure()));
    }

    @Test
    @EnabledIfSystemProperty(named = "schedule", matches = "\\d+:\\d+")
    void replay() {
        String[] schedule = System.getProperty("schedule", "").split(":", 2);
        String without = System.getProperty("without");
        Guard rule = without == null
                ? null
                : Guard.valueOf(without.toUpperCase(Locale.ROOT).replace('-', '_'));
        Simulation.Result result = Simulation.schedule(
                Long.parseLong(schedule[0]),
                Integer.parseInt(schedule[1]),
                Simulation.guards(rule),
                System.out::println);
        assertThat(result.failure()).isNull();
    }

    private static String line(String what, Simulation.Result result, long start) {
        return "%-28s %7d schedules, %,11d reads judged, %6.1f s: %s"
                .formatted(
                        what,
                        result.schedules(),
                        result.tally().of(Tally.Kind.READ_JUDGED),
                        Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0,
                        result.isClean() ? "no old read" : "schedule " + result.number() + ": " + result.failure());
    }
}
