package io.tidemark.writequeue.deadletters;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Shown;
import io.tidemark.commons.problems.Violation;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.clients.Clients;
import io.tidemark.writequeue.personal.PersonalWrites;
import io.tidemark.writequeue.personal.SealedWrites;
import io.tidemark.writequeue.requests.JsonBody;
import io.tidemark.writequeue.requests.QueryParameters;
import io.tidemark.writequeue.requests.Refusal;
import io.tidemark.writequeue.status.DeadLetterIndex.DeadPlace;
import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatus;
import io.tidemark.writequeue.status.WriteStatusStore;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/dead-letters}. A client sees and moves its own; operators those of all. */
@RestController
@RequestMapping("/v1/dead-letters")
class DeadLettersController {
    private static final int MAX_PAGE = 500;
    private static final int MAX_REASON = 1000;
    private static final int MAX_BODY = 16_384;
    private static final Members FILTERS =
            Members.of("the dead letters' query", "type", "client", "orderingKey", "limit", "cursor");
    private static final Members DISCARD = Members.of("a discard", "reason");
    private static final Members NO_MEMBERS = Members.of("a redrive of one");
    private static final Members NO_PARAMETERS = Members.of("this query");

    private final DeadLetters letters;
    private final MassRedrive massRedrive;
    private final WriteStatusStore statuses;
    private final Clients clients;
    private final SealedWrites seals;
    private final JsonMapper json;

    DeadLettersController(
            DeadLetters letters,
            MassRedrive massRedrive,
            WriteStatusStore statuses,
            Clients clients,
            SealedWrites seals,
            JsonMapper json) {
        this.seals = seals;
        this.letters = letters;
        this.massRedrive = massRedrive;
        this.statuses = statuses;
        this.clients = clients;
        this.json = json;
    }

    /** Oldest first; {@code next} of one page is {@code cursor} of the next one. */
    @GetMapping
    Map<String, Object> browse(HttpServletRequest request) {
        String caller = clients.of(request);
        var query = QueryParameters.of(request.getQueryString(), FILTERS);
        int limit = query.number("limit", 50, 1, MAX_PAGE);
        DeadPlace after = query.text("cursor").map(DeadLettersController::place).orElse(DeadPlace.START);
        var filter = filter(
                query.text("type").orElse(null),
                visible(query.text("client").orElse(null), caller),
                query.text("orderingKey").orElse(null));
        var page = letters.page(filter, after, limit);
        DeadPlace next = page.next();
        List<WriteStatus> found = page.deadLetters();
        return next == null ? Map.of("deadLetters", found) : Map.of("deadLetters", found, "next", cursor(next));
    }

    /** One with its data and its whole history. */
    @GetMapping("/{id}")
    ObjectNode one(@PathVariable String id, HttpServletRequest request) {
        WriteStatus status = find(id, clients.of(request));
        ObjectNode answer = json.valueToTree(status);
        letters.find(id).map(letter -> seals.open(letter.write())).ifPresent(opened -> {
            if (opened instanceof PersonalWrites.Plain(Write plain)) {
                answer.set("data", plain.data());
            }
        });
        return answer;
    }

    @PostMapping("/{id}/redrive")
    ResponseEntity<Map<String, Object>> redrive(@PathVariable String id, HttpServletRequest request)
            throws IOException {
        String caller = clients.of(request);
        QueryParameters.of(request.getQueryString(), NO_PARAMETERS);
        JsonBody.optional(request, NO_MEMBERS, MAX_BODY);
        WriteStatus status = find(id, caller);
        if (!letters.redrive(status)) {
            throw notDead(id);
        }
        return ResponseEntity.accepted()
                .contentType(MediaType.APPLICATION_JSON)
                .location(URI.create("/v1/writes/" + id))
                .body(Map.of("writeId", id, "status", WriteState.ACCEPTED.label(), "redrives", status.redrives() + 1));
    }

    @PostMapping("/{id}/discard")
    ResponseEntity<Map<String, Object>> discard(@PathVariable String id, HttpServletRequest request)
            throws IOException {
        String caller = clients.of(request);
        QueryParameters.of(request.getQueryString(), NO_PARAMETERS);
        JsonNode asked = JsonBody.optional(request, DISCARD, MAX_BODY)
                .map(JsonBody::object)
                .orElse(MissingNode.getInstance());
        WriteStatus status = find(id, caller);
        String reason = asked.path("reason").isString() ? asked.path("reason").stringValue() : "";
        if (reason.isBlank() || reason.length() > MAX_REASON) {
            throw Refusal.invalid(
                    "invalid-reason",
                    "The reason is not usable",
                    List.of(new Violation("/reason", "must be a string of 1 to " + MAX_REASON + " characters")));
        }
        if (!letters.discard(status, reason)) {
            throw notDead(id);
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("writeId", id, "discardReason", reason));
    }

    /** Redrives all that fit the filter, oldest first, at a rate. */
    @PostMapping("/redrive")
    ResponseEntity<Map<String, Object>> redriveMany(HttpServletRequest request) throws IOException {
        String caller = clients.of(request);
        QueryParameters.of(request.getQueryString(), NO_PARAMETERS);
        RedriveOrder order = JsonBody.optional(request, RedriveOrder.MEMBERS, MAX_BODY)
                .map(body -> RedriveOrder.of(body.object()))
                .orElse(RedriveOrder.ALL);
        DeadLetterFilter asked = order.filter();
        massRedrive.start(
                filter(asked.type(), visible(asked.client(), caller), asked.orderingKey()),
                order.perSecond(),
                order.max());
        return ResponseEntity.accepted()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("accepted", true, "rate", order.perSecond(), "max", order.max()));
    }

    private DeadLetterFilter filter(@Nullable String type, @Nullable String client, @Nullable String orderingKey) {
        return new DeadLetterFilter(type, client, stored -> client != null && seals.isOf(stored, client), orderingKey);
    }

    /** The client to filter by: whom the caller asks for, if it may see them. */
    private @Nullable String visible(@Nullable String asked, String caller) {
        if (clients.isOperator(caller)) {
            return asked;
        }
        if (asked != null && !asked.equals(caller)) {
            throw problem(HttpStatus.FORBIDDEN, "not-an-operator", "only operators see other clients' dead letters");
        }
        return caller;
    }

    private WriteStatus find(String id, String caller) {
        WriteStatus status = statuses.find(id)
                .filter(found -> found.state().isPublic())
                .filter(found -> clients.isOperator(caller) || seals.isOf(found.client(), caller))
                .orElseThrow(() -> problem(
                        HttpStatus.NOT_FOUND, "write-not-found", "there is no dead letter \"" + Shown.of(id) + '"'));
        if (status.state() != WriteState.DEAD_LETTERED) {
            throw notDead(id);
        }
        return status;
    }

    private static ErrorResponseException notDead(String id) {
        return problem(
                HttpStatus.CONFLICT, "not-a-dead-letter", "the write \"" + Shown.of(id) + "\" is no dead letter now");
    }

    private static ErrorResponseException problem(HttpStatus status, String name, String detail) {
        return Refusal.of(status, name, status.getReasonPhrase(), detail);
    }

    private static String cursor(DeadPlace place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((place.at().toEpochMilli() + ":" + place.writeId()).getBytes(StandardCharsets.UTF_8));
    }

    private static DeadPlace place(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return new DeadPlace(
                    Instant.ofEpochMilli(Long.parseLong(text.substring(0, colon))), text.substring(colon + 1));
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException foreign) {
            throw QueryParameters.invalid("invalid-cursor", "cursor", "must be the next of an earlier page");
        }
    }
}
