package io.tidemark.gateway.log;

import io.tidemark.contracts.Position;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks where the log ends, for any number at once: whoever asks while a question is under way gets the answer of the next
 * one, for the log may have grown meanwhile. Thread-safe; at most one question at a time, on a thread of its own.
 */
final class LogEnd {
    private static final Logger log = LoggerFactory.getLogger(LogEnd.class);

    private final Supplier<Position> probe;
    private @Nullable CompletableFuture<Optional<Position>> running;
    private @Nullable CompletableFuture<Optional<Position>> next;

    /** @param probe asks the broker; may block, may fail */
    LogEnd(Supplier<Position> probe) {
        this.probe = probe;
    }

    /** The last position in the log, as of after this call; empty if the log does not say. */
    synchronized CompletionStage<Optional<Position>> ask() {
        if (running == null) {
            running = new CompletableFuture<>();
            start(running);
            return running.copy(); // one of many who ask: who gives up, does so alone
        }
        if (next == null) {
            next = new CompletableFuture<>();
        }
        return next.copy();
    }

    private void start(CompletableFuture<Optional<Position>> question) {
        Thread.ofVirtual().name("purge-log-end").start(() -> {
            Optional<Position> end = Optional.empty();
            try {
                end = Optional.of(probe.get());
            } catch (RuntimeException unknown) {
                log.debug("the purge log does not say where it ends: {}", unknown.getMessage());
            }
            goOn();
            question.complete(end);
        });
    }

    private synchronized void goOn() {
        running = next;
        next = null;
        if (running != null) {
            start(running);
        }
    }
}
