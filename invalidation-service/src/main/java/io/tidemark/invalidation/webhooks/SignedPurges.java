package io.tidemark.invalidation.webhooks;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.http.Preference;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.requests.RequestIdFilter;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.invalidation.log.Publisher;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.log.ReceiptsProperties;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.webhooks.Intake.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Publishes what a signed message asks for, once, and answers: 202 at once, or as {@code Prefer: wait} has it. */
@Component
class SignedPurges {
    private static final String PURGES = "/v1/purges/";

    private final Intake intake;
    private final Publisher publisher;
    private final Repurges repurges;
    private final ReceiptBoard receipts;
    private final InstantSource clock;
    private final Duration maxWait;
    private final Semaphore waiters;

    SignedPurges(
            Intake intake,
            Publisher publisher,
            Repurges repurges,
            ReceiptBoard receipts,
            InstantSource clock,
            ReceiptsProperties properties,
            MeterRegistry meters) {
        this.intake = intake;
        this.publisher = publisher;
        this.repurges = repurges;
        this.receipts = receipts;
        this.clock = clock;
        this.maxWait = properties.maxWait();
        this.waiters = new Semaphore(properties.maxWaiting());
        Gauge.builder("tidemark.receipts.waiting", waiters, free -> properties.maxWaiting() - free.availablePermits())
                .register(meters);
    }

    /**
     * What a 202 says.
     *
     * @param position null if the purge was published before by a version that did not remember it
     */
    record Accepted(String id, @Nullable Position position, String status) {}

    /** A message that became a purge before is answered with what came of that: senders count only 2xx as delivered. */
    ResponseEntity<Object> publish(Message<PurgeRequest> message, HttpServletRequest request)
            throws InterruptedException {
        if (!receipts.isCaughtUp()) {
            throw new RefusedException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "receipts-unavailable",
                            "This instance has no receipts yet",
                            "the purge log is being read; the same request may be sent again")
                    .retryAfter(Duration.ofSeconds(1));
        }
        String id = message.purgeId();
        Optional<Receipt> known = receipts.receipt(id);
        if (known.isPresent()) {
            return answer(new Accepted(id, known.get().position(), PURGES + id), true, request);
        }
        Purge purge = new Purge(
                id,
                message.source().name(),
                message.content().targets(),
                message.content().mode(),
                request.getAttribute(RequestId.MDC_KEY) instanceof String requestId ? requestId : null,
                clock.instant());
        Outcome outcome = intake.once(message, () -> {
            intake.charge(message.source(), purge.targets());
            return publisher.publish(purge, RequestIdFilter.span(request));
        });
        return switch (outcome) {
            case Outcome.Published published -> {
                if (!purge.erasesPersons()) { // what a person does anew is not erased
                    repurges.plan(purge, message.source().repurgeAfter());
                }
                yield answer(new Accepted(id, published.position(), PURGES + id), false, request);
            }
            case Outcome.Known before ->
                answer(new Accepted(before.purgeId(), before.position(), PURGES + before.purgeId()), true, request);
        };
    }

    /** @param again whether the message was handled before */
    private ResponseEntity<Object> answer(Accepted accepted, boolean again, HttpServletRequest request)
            throws InterruptedException {
        Optional<Duration> wait = Preference.wait(request.getHeaders("Prefer"), maxWait);
        Optional<Receipt> receipt = again ? receipts.receipt(accepted.id()) : Optional.empty();
        if (wait.isPresent() && !waiters.tryAcquire()) {
            wait = Optional.empty(); // RFC 7240 section 2: a preference may be ignored
        }
        if (wait.isPresent()) {
            try {
                receipt = receipts.awaitComplete(accepted.id(), wait.get()) ? receipts.receipt(accepted.id()) : receipt;
            } finally {
                waiters.release();
            }
        }
        ResponseEntity.BodyBuilder response =
                again || receipt.isPresent() ? ResponseEntity.ok() : ResponseEntity.accepted();
        wait.ifPresent(applied -> response.header("Preference-Applied", "wait=" + applied.toSeconds()));
        return response.location(URI.create(accepted.status()))
                .body(receipt.<Object>map(r -> r).orElse(accepted));
    }
}
