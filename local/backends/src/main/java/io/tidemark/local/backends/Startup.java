package io.tidemark.local.backends;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits until a backend answers. */
final class Startup {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final int LOG_LINES = 15;

    private Startup() {}

    static void await(Backend backend, BooleanSupplier answers, BooleanSupplier runs) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!answers.getAsBoolean()) {
            if (!runs.getAsBoolean()) {
                throw failure(backend, "ended while it started");
            }
            if (System.nanoTime() > deadline) {
                throw failure(
                        backend, "did not answer at port " + backend.port() + " within " + LIMIT.toSeconds() + " s");
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BackendFailedException("interrupted while " + backend.name() + " started", e);
            }
        }
    }

    private static BackendFailedException failure(Backend backend, String what) {
        return new BackendFailedException(
                backend.name() + " " + what + "; its last lines:\n" + backend.lastLogLines(LOG_LINES));
    }
}
