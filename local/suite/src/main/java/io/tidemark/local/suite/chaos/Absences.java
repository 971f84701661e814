package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.chaos.Experiment.Action;
import io.tidemark.local.suite.chaos.Experiment.Load;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Experiments in which one part of several is away for 30 s, and the suite must do without it: within 15 s each duty is done
 * again, and none fails from then on. When each was done again is said.
 */
public record Absences(Hands hands, PrintStream out) {
    private static final Duration WORKS_WITHIN = Duration.ofSeconds(15);
    private static final Duration AWAY = Duration.ofSeconds(30);

    /** Who is away, known once it begins. */
    interface Victim {
        String part() throws Exception;
    }

    Experiment killed(String what, Victim victim) {
        var part = new AtomicReference<>("");
        return away(
                "kill",
                what,
                part,
                () -> {
                    part.set(victim.part());
                    hands.kill(part.get());
                },
                () -> hands.revive(part.get()));
    }

    Experiment paused(String what, Victim victim) {
        var part = new AtomicReference<>("");
        return away(
                "pause",
                what,
                part,
                () -> {
                    part.set(victim.part());
                    hands.pause(part.get());
                },
                () -> hands.resume(part.get()));
    }

    /**
     * An experiment in which something is away for a while.
     *
     * @param part what is away, known once it begins
     */
    public Experiment away(String verb, String what, AtomicReference<String> part, Action begin, Action end) {
        var watch = new AtomicReference<@Nullable DutyWatch>();
        return new Experiment(
                verb,
                what + ", " + AWAY.toSeconds() + " s",
                () -> {
                    begin.run();
                    watch.set(new DutyWatch());
                },
                () -> {
                    boolean works;
                    try (DutyWatch watched = watch.getAndSet(null)) {
                        works = watched != null && watched.isDoneWithin(WORKS_WITHIN);
                        out.println("without " + part + ": "
                                + (watched == null ? "nothing was watched" : watched.summary()));
                    } finally {
                        end.run();
                    }
                    if (!works) {
                        throw new IOException("not all worked within " + WORKS_WITHIN.toSeconds() + " s");
                    }
                },
                AWAY,
                Load.READS_AND_CHANGES);
    }
}
