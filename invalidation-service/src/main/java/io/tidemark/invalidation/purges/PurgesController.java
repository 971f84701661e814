package io.tidemark.invalidation.purges;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The receipts, of every purge in the log, whoever published it. */
@RestController
class PurgesController {
    private static final int MAX_LIMIT = 1000;

    /** How long a question for a purge that was not read yet waits for the reader. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ReceiptBoard receipts;
    private final PurgeLog purgeLog;
    private final int capacity;

    PurgesController(ReceiptBoard receipts, PurgeLog purgeLog, ReceiptsProperties properties) {
        this.receipts = receipts;
        this.purgeLog = purgeLog;
        this.capacity = properties.capacity();
    }

    @GetMapping("/v1/purges/{id}")
    Receipt purge(@PathVariable String id) throws InterruptedException {
        Optional<Receipt> receipt = receipts.receipt(id);
        if (receipt.isEmpty() && readUpToTheEnd()) {
            receipt = receipts.receipt(id);
        }
        return receipt.orElseThrow(() -> new RefusedException(
                HttpStatus.NOT_FOUND,
                "unknown-purge",
                "There is no such purge",
                "no purge \"" + id + "\" is among the last " + capacity + " of the purge log"));
    }

    /** Waits until the log's end as of now was read: the purge may have been published a moment ago, or elsewhere. */
    private boolean readUpToTheEnd() throws InterruptedException {
        try {
            return receipts.awaitRead(purgeLog.end(PATIENCE), PATIENCE);
        } catch (PurgeLogUnavailableException unknown) {
            throw new RefusedException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "purge-log-unavailable",
                            "The purge log is out of reach",
                            "the purge was not read yet, if there is one")
                    .retryAfter(PATIENCE);
        }
    }

    /** The newest purges first. */
    record Purges(List<Receipt> purges) {}

    @GetMapping("/v1/purges")
    Purges purges(@RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST,
                    "invalid-limit",
                    "The limit is not valid",
                    "limit must be between 1 and " + MAX_LIMIT + ": " + limit);
        }
        return new Purges(receipts.latest(limit));
    }
}
