package io.tidemark.invalidation.purges;

import static org.springframework.http.HttpHeaders.AUTHORIZATION;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Shown;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.webhooks.Query;
import io.tidemark.invalidation.webhooks.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The receipts, of every purge in the log, whoever published it, for those who may see them. */
@RestController
class PurgesController {
    private static final int MAX_LIMIT = 1000;
    private static final Members PARAMETERS = Members.of("the query", "limit");

    /** How long a question for a purge that was not read yet waits for the reader. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ReceiptBoard receipts;
    private final PurgeLog purgeLog;
    private final Readers readers;
    private final ShownPurges shown;
    private final int capacity;

    PurgesController(
            ReceiptBoard receipts,
            PurgeLog purgeLog,
            Readers readers,
            ShownPurges shown,
            ReceiptsProperties properties) {
        this.readers = readers;
        this.shown = shown;
        this.receipts = receipts;
        this.purgeLog = purgeLog;
        this.capacity = properties.capacity();
    }

    @GetMapping("/v1/purges/{id}")
    Receipt purge(
            @PathVariable String id,
            @RequestHeader(name = AUTHORIZATION, required = false) @Nullable String authorization)
            throws InterruptedException {
        Reader reader = readers.of(authorization);
        Optional<Receipt> receipt = receipts.receipt(id);
        if (receipt.isEmpty() && readUpToTheEnd()) {
            receipt = receipts.receipt(id);
        }
        return receipt.filter(r -> reader.sees(r.source()))
                .map(shown::shown)
                .orElseThrow(() -> new RefusedException(
                        HttpStatus.NOT_FOUND,
                        "unknown-purge",
                        "There is no such purge",
                        "no purge \"" + Shown.of(id) + "\" is among the last " + capacity + " of the purge log"));
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
    Purges purges(HttpServletRequest request) {
        Reader reader = readers.of(request.getHeader(AUTHORIZATION));
        String limit =
                Query.of(request.getQueryString(), PARAMETERS).value("limit").orElse("50");
        if (!limit.matches("[0-9]{1,4}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MAX_LIMIT) {
            throw new RefusedException(
                    HttpStatus.BAD_REQUEST,
                    "invalid-limit",
                    "The limit is not valid",
                    "limit must be a number between 1 and " + MAX_LIMIT + ": \"" + Shown.of(limit) + '"');
        }
        List<Receipt> latest = receipts.latest(Integer.parseInt(limit), reader::sees);
        return new Purges(latest.stream().map(shown::shown).toList());
    }
}
