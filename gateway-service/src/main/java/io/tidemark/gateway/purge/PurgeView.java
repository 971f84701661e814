package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.Trust;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the rest of the gateway asks about purges. Thread-safe; nothing here blocks.
 *
 * <p>To serve a stored response: {@link #trust} must be {@link Trust#TRUSTED} and {@link #verdict} valid, both asked in
 * this order after the request has come. To fill: {@link #positionAtSend} is read right before the request to the origin is sent and
 * becomes the {@code filledAt} of what is stored, or of what a 304 freshens.
 */
public interface PurgeView {
    /** A view of a ledger that nobody else writes to and that is believed as long as the supplier says so. */
    static PurgeView of(PurgeLedger ledger, Supplier<Standing> standing) {
        return new LedgerView(
                ledger,
                standing,
                new WatermarkWaiters(ledger),
                () -> CompletableFuture.completedFuture(Optional.empty()));
    }

    /** A view of a ledger that is the log itself. */
    static PurgeView alone(PurgeLedger ledger) {
        return new LedgerView(
                ledger,
                () -> Standing.CURRENT,
                new WatermarkWaiters(ledger),
                () -> CompletableFuture.completedFuture(Optional.of(ledger.watermark())));
    }

    /** The watermark, for a request to the origin that is sent right after. */
    Position positionAtSend();

    /** Whether the verdicts may be believed now. Asked at each use of a stored response, before the verdict; never kept. */
    default Trust trust() {
        return standing().trust();
    }

    /** The same with its reason, for people. */
    Standing standing();

    /** Counts the changes of the ledger: as long as it is the same, no verdict has changed. One volatile read. */
    long head();

    /** What the purges say of a stored response. */
    PurgeVerdict verdict(PurgeSubject subject, Position filledAt);

    /** The same, at the cost of one comparison where nothing has changed; the memo belongs to that stored response. */
    PurgeVerdict verdict(PurgeSubject subject, Position filledAt, PurgeMemo memo);

    /**
     * Whether a request may join an answer that is under way and whose tags are not known yet.
     *
     * @param subject without tags
     * @param sentAt the watermark when its request was sent
     */
    boolean stillStands(PurgeSubject subject, Position sentAt);

    /**
     * Completes with true when the watermark is at or past the position, with false when that takes longer than the
     * limit. A position of another epoch is never reached.
     */
    CompletionStage<Boolean> awaitWatermark(Position position, Duration limit);

    /**
     * The last position in the log, asked for after this call: no position beyond it was given to anybody before. Empty if
     * the log does not say.
     */
    default CompletionStage<Optional<Position>> end() {
        return CompletableFuture.completedFuture(Optional.empty());
    }
}
