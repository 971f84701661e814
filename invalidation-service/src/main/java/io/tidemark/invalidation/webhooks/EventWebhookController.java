package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.json.StrictJson;
import io.tidemark.commons.problems.Shown;
import io.tidemark.commons.problems.Violation;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.EventMapping;
import io.tidemark.invalidation.sources.Source;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/sources/{source}/events}: an origin's own event, mapped to targets by the source's rules. An event that
 * no rule maps is taken and purges nothing: origins send all their events to one address.
 */
@RestController
class EventWebhookController {
    private static final String TITLE = "The event cannot be mapped";

    private final Intake intake;
    private final SignedPurges purges;

    EventWebhookController(Intake intake, SignedPurges purges) {
        this.intake = intake;
        this.purges = purges;
    }

    /**
     * What an event purges, or would.
     *
     * @param mapped whether a rule of the source maps its type
     */
    record Mapped(String type, boolean mapped, List<Target> targets, Purge.@Nullable Mode mode) {}

    @PostMapping("/v1/sources/{source}/events")
    ResponseEntity<Object> event(@PathVariable String source, HttpServletRequest request)
            throws IOException, InterruptedException {
        boolean dryRun = DryRun.isAsked(request);
        Message<JsonNode> message = intake.accept(source, request, StrictJson::read);
        return dryRun ? show(message, request) : publish(message, request);
    }

    @PostMapping("/v1/sources/{source}/events/dry-run")
    ResponseEntity<Object> dryRun(@PathVariable String source, HttpServletRequest request) throws IOException {
        DryRun.isAsked(request); // that it is one is said by the path; the query may say it again
        return show(intake.accept(source, request, StrictJson::read), request);
    }

    private ResponseEntity<Object> publish(Message<JsonNode> message, HttpServletRequest request)
            throws InterruptedException {
        String type = type(message, request);
        Optional<PurgeRequest> mapped = map(message.source(), type, message.content());
        return mapped.isPresent()
                ? purges.publish(message.with(mapped.get()), request)
                : ResponseEntity.ok(new Mapped(type, false, List.of(), null));
    }

    /** Shows what an event would purge; nothing else can be done with the message's id. */
    private ResponseEntity<Object> show(Message<JsonNode> message, HttpServletRequest request) {
        String type = type(message, request);
        Optional<PurgeRequest> mapped = map(message.source(), type, message.content());
        intake.dryRun(message);
        return ResponseEntity.ok(mapped.map(purge -> new Mapped(type, true, purge.targets(), purge.mode()))
                .orElse(new Mapped(type, false, List.of(), null)));
    }

    private static Optional<PurgeRequest> map(Source source, String type, JsonNode event) {
        Optional<EventMapping> mapping = source.event(type);
        if (mapping.isEmpty()) {
            return Optional.empty();
        }
        List<Target> targets;
        try {
            targets = mapping.get().targets(event);
        } catch (IllegalArgumentException lacking) {
            throw invalid("", "event " + Shown.of(type) + ": " + lacking.getMessage());
        }
        PurgeRequest request = new PurgeRequest(targets, mapping.get().mode(), false);
        request.requireAllowed(source);
        return Optional.of(request);
    }

    /** The member {@code type}, as in Standard Webhooks; where there is none, the header in which GitHub names it. */
    private static String type(Message<JsonNode> message, HttpServletRequest request) {
        JsonNode type = message.content().path("type");
        if (type.isString() && !type.stringValue().isBlank()) {
            return type.stringValue();
        }
        String header = request.getHeader("X-GitHub-Event");
        if (type.isMissingNode() && message.content().isObject() && header != null) {
            return header;
        }
        throw invalid("/type", "an event must be a JSON object with a type, which is a text");
    }

    private static RefusedException invalid(String pointer, String detail) {
        return RefusedException.badBody("invalid-event", TITLE, List.of(new Violation(pointer, detail)));
    }
}
