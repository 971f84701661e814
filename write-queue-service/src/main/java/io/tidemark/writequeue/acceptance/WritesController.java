package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.http.Preference;
import io.tidemark.commons.json.Members;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.requests.RequestIdFilter;
import io.tidemark.commons.tracing.MessageSpans;
import io.tidemark.commons.tracing.Span;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.clients.Clients;
import io.tidemark.writequeue.requests.QueryParameters;
import io.tidemark.writequeue.requests.Refusal;
import io.tidemark.writequeue.status.StatusWait;
import io.tidemark.writequeue.status.WriteState;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/writes}. */
@RestController
class WritesController {
    private static final Logger log = LoggerFactory.getLogger(WritesController.class);
    private static final String NOTE = "The write is stored and will be delivered. Its state is at the Location.";
    private static final String DELIVERED = "The write is delivered.";
    private static final String DEAD = "The write is a dead letter: it was not delivered, and may be redriven.";
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Members NO_PARAMETERS = Members.of("a write's query");
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final WriteRequest.Reader requests;
    private final Acceptance acceptance;
    private final Clients clients;
    private final StatusWait statusWait;
    private final Limits limits;
    private final JsonMapper json;
    private final Clock clock;

    WritesController(
            WriteRequest.Reader requests,
            Acceptance acceptance,
            Clients clients,
            StatusWait statusWait,
            Limits limits,
            JsonMapper json,
            Clock clock) {
        this.requests = requests;
        this.acceptance = acceptance;
        this.clients = clients;
        this.statusWait = statusWait;
        this.limits = limits;
        this.json = json;
        this.clock = clock;
    }

    @PostMapping(
            path = "/v1/writes",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/*+json"})
    ResponseEntity<ObjectNode> accept(HttpServletRequest request) throws IOException, InterruptedException {
        String client = clients.of(request);
        QueryParameters.of(request.getQueryString(), NO_PARAMETERS);
        Optional<IdempotencyKey> key = idempotencyKey(Collections.list(request.getHeaders("Idempotency-Key")));
        AcceptanceOutcome outcome;
        long announced = request.getContentLengthLong();
        try (var _ = limits.body(announced < 0 ? requests.maxBytes() : Math.min(announced, requests.maxBytes()))) {
            outcome = accept(request, client, key);
        }
        return switch (outcome) {
            case AcceptanceOutcome.Accepted accepted ->
                answer(accepted, Preference.wait(request.getHeaders("Prefer"), MAX_WAIT));
            case AcceptanceOutcome.InProgress() ->
                throw Refusal.of(
                        HttpStatus.CONFLICT,
                        "write-in-progress",
                        "The same request is being accepted",
                        "A request with this Idempotency-Key is under way; repeat it a little later",
                        1);
            case AcceptanceOutcome.OtherRequest() ->
                throw Refusal.of(
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "idempotency-key-reused",
                        "The Idempotency-Key belongs to another request",
                        "This Idempotency-Key was used with another type or other data; use a new one");
            case AcceptanceOutcome.QueueFull(var type) ->
                throw Refusal.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "queue-full",
                        "Too many writes are waiting",
                        type.maxDepth() + " writes of the type \"" + type.name() + "\" are waiting; nothing was stored",
                        5);
            case AcceptanceOutcome.QuotaReached(String what, boolean byClient) ->
                throw Refusal.of(
                        byClient ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE,
                        byClient ? "client-quota" : "queue-full",
                        "Too much is left to do",
                        what + "; nothing was stored",
                        30);
            case AcceptanceOutcome.OriginDown(var type) ->
                throw Refusal.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "origin-down",
                        "The origin is down",
                        "The origin \"" + type.origin() + "\" does not answer, and writes of the type \"" + type.name()
                                + "\" do not wait for it; nothing was stored" + byThisRequest(key),
                        5);
            case AcceptanceOutcome.Erased() ->
                throw Refusal.of(
                        HttpStatus.GONE,
                        "client-erased",
                        "The client was erased",
                        "The client was erased while its request was under way; nothing was stored");
            case AcceptanceOutcome.AtRisk(String why) ->
                throw Refusal.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "log-at-risk",
                        "What is accepted might be lost",
                        why + "; nothing was stored" + byThisRequest(key),
                        30);
            case AcceptanceOutcome.TooLarge(int largest) ->
                throw Refusal.tooLarge("a write's record, the write with what is kept beside it,", largest);
            case AcceptanceOutcome.Unavailable(String store, AcceptanceOutcome.Fate fate) ->
                throw Refusal.of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "store-unavailable",
                        "The write could not be stored",
                        "The " + store + " did not answer, or refused; "
                                + switch (fate) {
                                    case REFUSED -> "the write is not accepted";
                                    case UNTOUCHED -> "the write is not accepted" + byThisRequest(key);
                                    case UNKNOWN ->
                                        "repeat the request with the same Idempotency-Key: it may have been stored";
                                },
                        2);
        };
    }

    /** Where it is not known what became of earlier requests with the same key: one may have been accepted, or be delivered yet. */
    private static String byThisRequest(Optional<IdempotencyKey> key) {
        return key.isEmpty()
                ? ""
                : " by this request; what an earlier one with the same Idempotency-Key was answered still holds";
    }

    private AcceptanceOutcome accept(HttpServletRequest request, String client, Optional<IdempotencyKey> key)
            throws IOException {
        WriteRequest body = requests.read(request);
        String writeId = key.map(k -> WriteIds.derived(client, k.value())).orElseGet(WriteIds::random);
        Span send = MessageSpans.send(RequestIdFilter.span(request), Topics.WRITES);
        Write write = new Write(
                Write.SCHEMA,
                writeId,
                body.type().name(),
                client,
                keyForTheOrigin(key, client, writeId),
                body.type().orderingKey().fill(body.data()),
                body.data(),
                (String) request.getAttribute(RequestId.MDC_KEY),
                traceparent(send, request),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        AcceptanceOutcome outcome =
                acceptance.accept(write, body.type(), position(request.getHeader("X-Edge-Position")));
        send.set("tidemark.write.id", writeId)
                .set("tidemark.write.type", write.type())
                .set("tidemark.write.outcome", outcome.getClass().getSimpleName())
                .end();
        return outcome;
    }

    private ResponseEntity<ObjectNode> answer(AcceptanceOutcome.Accepted accepted, Optional<Duration> wait)
            throws InterruptedException {
        URI location = URI.create("/v1/writes/" + accepted.writeId());
        ObjectNode body = json.createObjectNode()
                .put("accepted", true)
                .put("writeId", accepted.writeId())
                .put("status", "accepted")
                .put("note", NOTE);
        HttpHeaders headers = new HttpHeaders();
        headers.setLocation(location);
        if (accepted.replayed()) {
            headers.set("Idempotency-Replayed", "true");
        }
        HttpStatus status = HttpStatus.ACCEPTED;
        Optional<Limits.Held> place = wait.flatMap(_ -> limits.waiting());
        if (wait.isPresent() && place.isPresent()) { // RFC 7240 section 4.3
            headers.set("Preference-Applied", "wait=" + wait.get().toSeconds());
            try (var _ = place.get()) {
                var known = statusWait.untilFinal(accepted.writeId(), wait.get());
                if (known.isPresent()) {
                    body.setAll(json.<ObjectNode>valueToTree(known.get()));
                    if (known.get().state().isFinal()) {
                        status = HttpStatus.OK;
                        body.put("note", known.get().state() == WriteState.DELIVERED ? DELIVERED : DEAD);
                    }
                }
            } catch (DataAccessException unavailable) {
                log.debug("not awaited: {}", unavailable.getMessage()); // it is accepted all the same
            }
        }
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }

    private static Optional<IdempotencyKey> idempotencyKey(List<String> fields) {
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Optional.of(fields)
                .filter(all -> all.size() == 1)
                .flatMap(one -> IdempotencyKey.parse(one.getFirst()))
                .orElseThrow(() -> Refusal.of(
                        HttpStatus.BAD_REQUEST,
                        "invalid-idempotency-key",
                        "The Idempotency-Key is not usable",
                        "There is one Idempotency-Key, of 1 to " + IdempotencyKey.MAX_LENGTH
                                + " visible ASCII characters")));
    }

    /** What the origin gets: a key is its client's own, there too. Who has no name has no one to be told apart from. */
    private String keyForTheOrigin(Optional<IdempotencyKey> key, String client, String writeId) {
        return key.filter(_ -> clients.isAnonymous(client))
                .map(IdempotencyKey::asSent)
                .orElse(writeId);
    }

    /** Of whoever says who clients are; from anybody else it says no more than that the client may be refused. */
    private static @Nullable Position position(@Nullable String field) {
        try {
            return field == null ? null : Position.parse(field);
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** W3C Trace Context section 3.2; anything else is not passed on. */
    private static @Nullable String traceparent(Span send, HttpServletRequest request) {
        String own = send.traceparent();
        String field = own == null ? request.getHeader("traceparent") : own;
        return field != null && TRACEPARENT.matcher(field).matches() ? field : null;
    }
}
