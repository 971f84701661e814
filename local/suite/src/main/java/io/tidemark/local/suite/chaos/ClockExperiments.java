package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.machine.SettableClocks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** One service's wall clock is set while it runs, and set right again: nothing old may be answered, and all must go on. */
record ClockExperiments(Absences absences, SettableClocks clocks) {
    private static final Duration STEP = Duration.ofMinutes(10);

    /** More than the hour by which brokers take a record's time that is ahead, where senders date records. */
    private static final Duration FAR = Duration.ofHours(2);

    /** Less than the 5 min by which a webhook may seem to be signed in the future. */
    private static final Duration TAKEN = Duration.ofMinutes(4);

    List<Experiment> all() {
        return List.of(
                step("gateway-eu-1", STEP),
                step("gateway-eu-1", STEP.negated()),
                step("gateway-eu-1", FAR),
                step("write-queue-service", STEP),
                step("write-queue-service", STEP.negated()),
                step("invalidation-service", TAKEN.negated()));
    }

    private Experiment step(String part, Duration ahead) {
        String what = "the clock of " + part + " by " + ahead.toMinutes() + " min";
        return absences.away(
                "step",
                what,
                new AtomicReference<>("a right clock"),
                () -> clocks.set(part, ahead),
                () -> clocks.set(part, Duration.ZERO));
    }
}
