package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.http.Preference;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.webhooks.Intake.Message;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Publishes what a signed message asks for, once, and answers: 202 at once, or as {@code Prefer: wait} has it. */
@Component
class SignedPurges {
    private final Intake intake;
    private final Publisher publisher;
    private final Repurges repurges;
    private final ReceiptBoard receipts;
    private final InstantSource clock;
    private final Duration maxWait;

    SignedPurges(
            Intake intake,
            Publisher publisher,
            Repurges repurges,
            ReceiptBoard receipts,
            InstantSource clock,
            ReceiptsProperties properties) {
        this.intake = intake;
        this.publisher = publisher;
        this.repurges = repurges;
        this.receipts = receipts;
        this.clock = clock;
        this.maxWait = properties.maxWait();
    }

    /** What a 202 says. */
    record Accepted(String id, Position position, String status) {}

    ResponseEntity<Object> publish(Message message, PurgeRequest asked, HttpServletRequest request)
            throws InterruptedException {
        Purge purge = new Purge(
                UUID.randomUUID().toString(),
                message.source().name(),
                asked.targets(),
                asked.mode(),
                request.getAttribute(RequestId.MDC_KEY) instanceof String known ? known : null,
                clock.instant());
        Position position = intake.once(message, purge.id(), () -> publisher.publish(purge));
        repurges.plan(purge, message.source().repurgeAfter());
        return answer(new Accepted(purge.id(), position, "/v1/purges/" + purge.id()), request);
    }

    private ResponseEntity<Object> answer(Accepted accepted, HttpServletRequest request) throws InterruptedException {
        Optional<Duration> wait = Preference.wait(request.getHeaders("Prefer"), maxWait);
        Optional<Receipt> complete = Optional.empty();
        if (wait.isPresent() && receipts.awaitComplete(accepted.id(), wait.get())) {
            complete = receipts.receipt(accepted.id());
        }
        ResponseEntity.BodyBuilder response = complete.isPresent() ? ResponseEntity.ok() : ResponseEntity.accepted();
        wait.ifPresent(applied -> response.header("Preference-Applied", "wait=" + applied.toSeconds()));
        return response.location(URI.create(accepted.status()))
                .body(complete.<Object>map(r -> r).orElse(accepted));
    }
}
