package io.tidemark.gateway.log;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Purger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes this gateway's own purges. Until the log delivers one, the ledger expects it, so that here it works at once;
 * what the log does not take, or took and never delivers, is published again: that does no harm.
 */
final class LogPurger implements Purger, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogPurger.class);

    /** The most purges that wait for the log; past it a purge stays local. */
    static final int MAX_WAITING = 4096;

    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration DELIVERY = Duration.ofSeconds(10);

    private final PurgeLedger ledger;
    private final Publishing publish;
    private final String source;
    private final InstantSource clock;
    private final Outage outage = new Outage(
            log, "The log takes no purges of this gateway's own; they are tried again", "The log takes purges");
    private final Map<String, Purge> undelivered = new ConcurrentHashMap<>();
    private final AtomicBoolean full = new AtomicBoolean();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("purger").daemon().factory());

    /** Puts a purge into the log; may block. */
    @FunctionalInterface
    interface Publishing {
        /** A purge of the step with this traceparent, null for none. */
        CompletableFuture<Position> publish(Purge purge, @Nullable String traceparent);
    }

    /** @param publish is called on a thread of this purger's own */
    LogPurger(PurgeLedger ledger, Publishing publish, String source, InstantSource clock) {
        this.ledger = ledger;
        this.publish = publish;
        this.source = source;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Position> purge(List<Target> targets, Purge.Mode mode, @Nullable String requestId) {
        return purge(targets, mode, requestId, null);
    }

    @Override
    public CompletionStage<Position> purge(
            List<Target> targets, Purge.Mode mode, @Nullable String requestId, @Nullable String traceparent) {
        Purge purge = new Purge(UUID.randomUUID().toString(), source, targets, mode, requestId, clock.instant());
        if (undelivered.size() >= MAX_WAITING) {
            // nobody will see its position, so it cannot be expected: what it covers and was filled so far goes instead
            ledger.purgeHere(purge);
            if (full.compareAndSet(false, true)) {
                log.error("{} purges wait for the log: until it takes some, further ones stay local", MAX_WAITING);
            }
            return CompletableFuture.failedFuture(new IllegalStateException("too many purges wait for the log"));
        }
        full.set(false);
        undelivered.put(purge.id(), purge);
        ledger.expect(purge);
        CompletableFuture<Position> position = new CompletableFuture<>();
        worker.execute(() -> publish(purge, traceparent, position));
        return position;
    }

    /** The log has delivered a purge. */
    void delivered(Purge purge) {
        undelivered.remove(purge.id());
    }

    private void publish(Purge purge, @Nullable String traceparent, CompletableFuture<Position> position) {
        if (!undelivered.containsKey(purge.id())) {
            return; // delivered meanwhile
        }
        var _ = publish.publish(purge, traceparent).whenComplete((at, failure) -> {
            if (failure == null) {
                outage.over();
                position.complete(at);
            } else {
                outage.failed(failure);
            }
            Duration wait = failure == null ? DELIVERY : AGAIN;
            if (!worker.isShutdown()) {
                var _ = worker.schedule(
                        () -> publish(purge, traceparent, position), wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void close() {
        worker.shutdownNow();
        if (!undelivered.isEmpty()) {
            log.warn("{} purges of this gateway's own were not delivered by the log", undelivered.size());
        }
    }
}
