package io.tidemark.invalidation.purges;

import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.webhooks.RefusedException;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The receipts, of every purge in the log, whoever published it. */
@RestController
class PurgesController {
    private static final int MAX_LIMIT = 1000;

    private final ReceiptBoard receipts;
    private final int capacity;

    PurgesController(ReceiptBoard receipts, ReceiptsProperties properties) {
        this.receipts = receipts;
        this.capacity = properties.capacity();
    }

    @GetMapping("/v1/purges/{id}")
    Receipt purge(@PathVariable String id) {
        return receipts.receipt(id)
                .orElseThrow(() -> new RefusedException(
                        HttpStatus.NOT_FOUND,
                        "unknown-purge",
                        "There is no such purge",
                        "no purge \"" + id + "\" is among the last " + capacity + " of the purge log"));
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
