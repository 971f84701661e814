package io.tidemark.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The number of schedules is {@code -Dschedules} (default 500); 100,000 of them, and a table:
 * {@code ./mvnw -Psimulation -pl local/simulation -am test -Dtest=InterleavingsTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dschedules=100000}.
 */
class InterleavingsTest {
    private static final int SCHEDULES = Integer.getInteger("schedules", 500);
    private static final int SCHEDULES_WITHOUT_A_GUARD = 20_000;
    private static final long SEED = Long.getLong("seed", 1);

    @Test
    void with_all_rules_no_read_is_older_than_a_complete_purge() {
        long start = System.nanoTime();
        Simulation.Result result = Simulation.run(SCHEDULES, SEED, null);
        report("all rules", result, start);
        assertThat(result.oldRead()).isNull();
        assertThat(result.schedules()).isEqualTo(SCHEDULES);
    }

    /** Three rules are not shown yet: the schedules find nothing without them, which says more of the schedules. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FENCE_FROM_SEND", "READ_BEFORE_EXCLUDE", "START_WITH_LEASES"})
    void without_any_single_rule_there_is_an_old_read(Guard without) {
        long start = System.nanoTime();
        Simulation.Result result = Simulation.run(SCHEDULES_WITHOUT_A_GUARD, SEED, without);
        report("without " + without.label(), result, start);
        assertThat(result.oldRead())
                .as("an old read without " + without.label())
                .isNotNull();
    }

    @Test
    void a_schedule_is_decided_by_its_number() {
        Simulation.Result found = Simulation.run(SCHEDULES_WITHOUT_A_GUARD, SEED, Guard.POSITION_AT_SEND);
        var guards = EnumSet.complementOf(EnumSet.of(Guard.POSITION_AT_SEND));
        assertThat(Simulation.schedule(SEED, found.number(), guards))
                .isEqualTo(Objects.requireNonNull(found.oldRead()))
                .isEqualTo(Simulation.schedule(SEED, found.number(), guards));
    }

    private static void report(String what, Simulation.Result result, long start) {
        System.out.printf(
                "%-32s %7d schedules, %5d ms: %s%n",
                what,
                result.schedules(),
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                result.isClean() ? "no old read" : "schedule " + result.number() + ": " + result.oldRead());
    }
}
