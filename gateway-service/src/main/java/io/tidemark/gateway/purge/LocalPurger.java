package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The purges of a gateway that stands alone: its ledger is the only log there is. */
public final class LocalPurger implements Purger {
    private final PurgeLedger ledger;
    private final String source;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /**
     * @param source named in the purges
     * @param nanoTime the monotonic clock
     */
    public LocalPurger(PurgeLedger ledger, String source, InstantSource clock, LongSupplier nanoTime) {
        this.ledger = ledger;
        this.source = source;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized CompletionStage<Position> purge(
            List<Target> targets, Purge.Mode mode, @Nullable String requestId) {
        Purge purge = new Purge(UUID.randomUUID().toString(), source, targets, mode, requestId, clock.instant());
        ledger.apply(purge, ledger.watermark().offset() + 1, nanoTime.getAsLong());
        return CompletableFuture.completedFuture(ledger.watermark());
    }
}
