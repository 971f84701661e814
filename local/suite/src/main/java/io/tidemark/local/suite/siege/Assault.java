package io.tidemark.local.suite.siege;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What some clients without rights do all the time. Thread-safe.
 *
 * @param what for people
 * @param clients how many do it at once
 * @param pause between two times of one client
 * @param step one time; what it returns, a status or {@code closed}, is counted
 */
record Assault(String what, int clients, Duration pause, Step step, Map<String, AtomicLong> outcomes) {
    private static final Duration AFTER_A_CUT = Duration.ofMillis(250);

    /** One time. */
    @FunctionalInterface
    interface Step {
        String run() throws IOException, InterruptedException;
    }

    Assault(String what, int clients, Duration pause, Step step) {
        this(what, clients, pause, step, new ConcurrentHashMap<>());
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, _ -> new AtomicLong()).incrementAndGet();
    }

    /** Begins it; it ends when its threads are interrupted. */
    void begin(ExecutorService threads) {
        for (int client = 0; client < clients; client++) {
            threads.execute(this::repeat);
        }
    }

    private void repeat() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    count(step.run());
                    Thread.sleep(pause);
                } catch (IOException refused) {
                    count("cut");
                    Thread.sleep(AFTER_A_CUT);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** What came of it so far. */
    String summary() {
        return new TreeMap<>(outcomes).toString();
    }
}
