package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The view of this gateway's own ledger, believed as far as its standing says. */
public final class LedgerView implements PurgeView {
    private final PurgeLedger ledger;
    private final Supplier<Standing> standing;
    private final WatermarkWaiters waiters;

    private final Supplier<CompletionStage<Optional<Position>>> end;

    public LedgerView(
            PurgeLedger ledger,
            Supplier<Standing> standing,
            WatermarkWaiters waiters,
            Supplier<CompletionStage<Optional<Position>>> end) {
        this.ledger = ledger;
        this.standing = standing;
        this.waiters = waiters;
        this.end = end;
    }

    @Override
    public Position positionAtSend() {
        return ledger.watermark();
    }

    @Override
    public Standing standing() {
        return standing.get();
    }

    @Override
    public long head() {
        return ledger.head();
    }

    @Override
    public PurgeVerdict verdict(PurgeSubject subject, Position filledAt) {
        return ledger.verdict(subject, filledAt);
    }

    @Override
    public PurgeVerdict verdict(PurgeSubject subject, Position filledAt, PurgeMemo memo) {
        return ledger.verdict(subject, filledAt, memo);
    }

    @Override
    public boolean stillStands(PurgeSubject subject, Position sentAt) {
        return ledger.stillStands(subject, sentAt);
    }

    @Override
    public CompletionStage<Boolean> awaitWatermark(Position position, Duration limit) {
        return waiters.await(position, limit);
    }

    @Override
    public CompletionStage<Optional<Position>> end() {
        return end.get();
    }
}
