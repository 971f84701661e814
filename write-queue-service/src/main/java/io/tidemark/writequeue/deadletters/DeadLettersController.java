package io.tidemark.writequeue.deadletters;

import io.tidemark.commons.problems.Problems;
import io.tidemark.writequeue.acceptance.Clients;
import io.tidemark.writequeue.status.DeadLetterIndex.DeadPlace;
import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatus;
import io.tidemark.writequeue.status.WriteStatusStore;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/dead-letters}. A client sees and moves its own; operators those of all. */
@RestController
@RequestMapping("/v1/dead-letters")
class DeadLettersController {
    private static final int MAX_PAGE = 500;
    private static final int MAX_REASON = 1000;
    private static final Set<String> FILTERS = Set.of("type", "client", "orderingKey", "limit", "cursor");
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final DeadLetters letters;
    private final MassRedrive massRedrive;
    private final WriteStatusStore statuses;
    private final Clients clients;
    private final JsonMapper json;

    /**
     * Which ones to redrive, how fast, how many.
     *
     * @param rate in a second, at most 1000
     */
    record RedriveRequest(
            @Nullable String type,
            @Nullable String client,
            @Nullable String orderingKey,
            @Nullable Double rate,
            @Nullable Integer max) {}

    record DiscardRequest(@Nullable String reason) {}

    DeadLettersController(
            DeadLetters letters, MassRedrive massRedrive, WriteStatusStore statuses, Clients clients, JsonMapper json) {
        this.letters = letters;
        this.massRedrive = massRedrive;
        this.statuses = statuses;
        this.clients = clients;
        this.json = json;
    }

    /** Oldest first; {@code next} of one page is {@code cursor} of the next one. */
    @GetMapping
    Map<String, Object> browse(
            @RequestParam @Nullable String type,
            @RequestParam @Nullable String client,
            @RequestParam @Nullable String orderingKey,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam @Nullable String cursor,
            HttpServletRequest request) {
        refuseUnknown(request.getParameterMap().keySet());
        if (limit < 1 || limit > MAX_PAGE) {
            throw problem(HttpStatus.BAD_REQUEST, "invalid-limit", "limit must be 1 to " + MAX_PAGE);
        }
        var filter = new DeadLetterFilter(type, visible(client, request), orderingKey);
        var page = letters.page(filter, cursor == null ? DeadPlace.START : place(cursor), limit);
        DeadPlace next = page.next();
        List<WriteStatus> found = page.deadLetters();
        return next == null ? Map.of("deadLetters", found) : Map.of("deadLetters", found, "next", cursor(next));
    }

    /** One with its data and its whole history. */
    @GetMapping("/{id}")
    ObjectNode one(@PathVariable String id, HttpServletRequest request) {
        WriteStatus status = find(id, request);
        ObjectNode answer = json.valueToTree(status);
        letters.find(id).ifPresent(letter -> answer.set("data", letter.write().data()));
        return answer;
    }

    @PostMapping("/{id}/redrive")
    ResponseEntity<Map<String, Object>> redrive(@PathVariable String id, HttpServletRequest request) {
        WriteStatus status = find(id, request);
        if (!letters.redrive(status)) {
            throw notDead(id);
        }
        return ResponseEntity.accepted()
                .location(URI.create("/v1/writes/" + id))
                .body(Map.of("writeId", id, "status", WriteState.ACCEPTED.label(), "redrives", status.redrives() + 1));
    }

    @PostMapping("/{id}/discard")
    Map<String, Object> discard(
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] body,
            HttpServletRequest request) {
        find(id, request);
        String reason = read(body, DiscardRequest.class).reason();
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
            throw problem(
                    HttpStatus.BAD_REQUEST, "invalid-reason", "reason must be 1 to " + MAX_REASON + " characters");
        }
        if (!letters.discard(id, reason)) {
            throw notDead(id);
        }
        return Map.of("writeId", id, "discardReason", reason);
    }

    /** Redrives all that fit the filter, oldest first, at a rate (default 10 in a second). */
    @PostMapping("/redrive")
    ResponseEntity<Map<String, Object>> redriveMany(
            @RequestBody(required = false) byte @Nullable [] body, HttpServletRequest request) {
        RedriveRequest asked = read(body, RedriveRequest.class);
        double rate = Optional.ofNullable(asked.rate()).orElse(10.0);
        int max = Optional.ofNullable(asked.max()).orElse(10_000);
        if (!(rate > 0 && rate <= 1000) || max < 1) {
            throw problem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-redrive",
                    "rate must be above 0 and at most 1000 in a second, max at least 1");
        }
        massRedrive.start(
                new DeadLetterFilter(asked.type(), visible(asked.client(), request), asked.orderingKey()), rate, max);
        return ResponseEntity.accepted().body(Map.of("accepted", true, "rate", rate, "max", max));
    }

    /** An absent body is an empty object. A member that is none is refused: a misspelt filter would mean everything. */
    private <T> T read(byte @Nullable [] body, Class<T> type) {
        try {
            return json.readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(body == null || body.length == 0 ? EMPTY_OBJECT : body);
        } catch (UnrecognizedPropertyException unknown) {
            throw problem(
                    HttpStatus.BAD_REQUEST,
                    "unknown-member",
                    '"' + unknown.getPropertyName() + "\" is none of " + unknown.getKnownPropertyIds());
        } catch (JacksonException malformed) {
            throw problem(HttpStatus.BAD_REQUEST, "malformed-json", "the body: " + malformed.getOriginalMessage());
        }
    }

    /** As a misspelt member of a body: it would mean everything. */
    private static void refuseUnknown(Set<String> parameters) {
        for (String parameter : parameters) {
            if (!FILTERS.contains(parameter)) {
                throw problem(
                        HttpStatus.BAD_REQUEST,
                        "unknown-parameter",
                        '"' + parameter + "\" is none of " + new TreeSet<>(FILTERS));
            }
        }
    }

    /** The client to filter by: whom the caller asks for, if it may see them. */
    private @Nullable String visible(@Nullable String asked, HttpServletRequest request) {
        String caller = clients.of(request);
        if (clients.isOperator(caller)) {
            return asked;
        }
        if (asked != null && !asked.equals(caller)) {
            throw problem(HttpStatus.FORBIDDEN, "not-an-operator", "only operators see other clients' dead letters");
        }
        return caller;
    }

    private WriteStatus find(String id, HttpServletRequest request) {
        String caller = clients.of(request);
        WriteStatus status = statuses.find(id)
                .filter(found -> found.state().isPublic())
                .filter(found -> clients.isOperator(caller) || found.client().equals(caller))
                .orElseThrow(() ->
                        problem(HttpStatus.NOT_FOUND, "write-not-found", "there is no dead letter \"" + id + '"'));
        if (status.state() != WriteState.DEAD_LETTERED) {
            throw notDead(id);
        }
        return status;
    }

    private static ErrorResponseException notDead(String id) {
        return problem(HttpStatus.CONFLICT, "not-a-dead-letter", "the write \"" + id + "\" is no dead letter now");
    }

    private static ErrorResponseException problem(HttpStatus status, String name, String detail) {
        ProblemDetail problem = Problems.of(status, name, status.getReasonPhrase(), detail);
        return new ErrorResponseException(status, problem, null);
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
            throw problem(HttpStatus.BAD_REQUEST, "invalid-cursor", "cursor must be the next of an earlier page");
        }
    }
}
