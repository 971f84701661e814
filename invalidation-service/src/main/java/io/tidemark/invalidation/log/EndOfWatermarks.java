package io.tidemark.invalidation.log;

import io.tidemark.invalidation.receipts.Barrier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker where the watermarks end, one question at a time, and sets the barrier that waits for the answer. Uses the
 * admin client's own connection: on the consumer's, the question would wait behind a parked fetch.
 */
final class EndOfWatermarks {
    private static final Logger log = LoggerFactory.getLogger(EndOfWatermarks.class);

    private final LogClients clients;
    private final ReceiptBoard board;
    private @Nullable Barrier asked;
    private boolean underWay;

    EndOfWatermarks(LogClients clients, ReceiptBoard board) {
        this.clients = clients;
        this.board = board;
    }

    void askIfNeeded() {
        synchronized (this) {
            if (underWay) {
                return;
            }
            if (asked == null) {
                Optional<Barrier> question = board.question();
                if (question.isEmpty()) {
                    return;
                }
                asked = question.get();
            }
            underWay = true;
        }
        var _ = clients.endOfWatermarks().whenComplete(this::answered);
    }

    private void answered(@Nullable Long end, @Nullable Throwable failure) {
        synchronized (this) {
            underWay = false;
            if (end == null) {
                log.debug("the end of the watermarks is not known; asking again", failure);
                return;
            }
            if (asked != null) {
                board.answered(asked, end);
                asked = null;
            }
        }
        board.settle();
        askIfNeeded();
    }
}
