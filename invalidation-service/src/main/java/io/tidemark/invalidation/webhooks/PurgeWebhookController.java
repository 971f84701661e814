package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.webhooks.Intake.Message;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/sources/{source}/purges}: a signed request becomes one record of the purge log. */
@RestController
class PurgeWebhookController {
    private final Intake intake;
    private final Publisher publisher;
    private final ReceiptBoard receipts;
    private final InstantSource clock;
    private final Duration maxWait;

    PurgeWebhookController(
            Intake intake,
            Publisher publisher,
            ReceiptBoard receipts,
            InstantSource clock,
            ReceiptsProperties properties) {
        this.intake = intake;
        this.publisher = publisher;
        this.receipts = receipts;
        this.clock = clock;
        this.maxWait = properties.maxWait();
    }

    /** What a 202 says. */
    record Accepted(String id, Position position, String status) {}

    @PostMapping("/v1/sources/{source}/purges")
    ResponseEntity<Object> purge(@PathVariable String source, HttpServletRequest request)
            throws IOException, InterruptedException {
        Message message = intake.accept(source, request);
        PurgeRequest asked = PurgeRequest.parse(message.body());
        asked.requireAllowed(message.source());
        String id = UUID.randomUUID().toString();
        Position position = intake.once(
                message,
                id,
                () -> publisher.publish(new Purge(
                        id,
                        source,
                        asked.targets(),
                        asked.mode(),
                        request.getAttribute(RequestId.MDC_KEY) instanceof String known ? known : null,
                        clock.instant())));
        return answer(new Accepted(id, position, "/v1/purges/" + id), request);
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
