package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Requests that wait until the ledger has reached a position. Thread-safe. */
public final class WatermarkWaiters implements Runnable {
    private record Waiter(Position position, CompletableFuture<Boolean> reached) {}

    private final PurgeLedger ledger;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

    public WatermarkWaiters(PurgeLedger ledger) {
        this.ledger = ledger;
    }

    CompletableFuture<Boolean> await(Position position, Duration limit) {
        if (ledger.watermark().isAtOrPast(position)) {
            return CompletableFuture.completedFuture(true);
        }
        Waiter waiter = new Waiter(position, new CompletableFuture<>());
        waiters.add(waiter);
        var _ = waiter.reached
                .completeOnTimeout(false, limit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, _) -> waiters.remove(waiter));
        run(); // it may have been reached meanwhile
        return waiter.reached;
    }

    /** The watermark has moved. */
    @Override
    public void run() {
        if (waiters.isEmpty()) {
            return;
        }
        Position watermark = ledger.watermark();
        for (Waiter waiter : waiters) {
            if (watermark.isAtOrPast(waiter.position)) {
                waiter.reached.complete(true);
            }
        }
    }
}
