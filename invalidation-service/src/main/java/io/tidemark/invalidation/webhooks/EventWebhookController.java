package io.tidemark.invalidation.webhooks;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.EventMapping;
import io.tidemark.invalidation.webhooks.Intake.Message;
import io.tidemark.invalidation.webhooks.RefusedException.Violation;
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
        if (DryRun.isAsked(request)) {
            return dryRun(source, request);
        }
        Message message = intake.accept(source, request);
        JsonNode event = PurgeRequest.json(message.body());
        String type = type(event, request);
        Optional<PurgeRequest> mapped = map(message, type, event);
        return mapped.isPresent()
                ? purges.publish(message, mapped.get(), request)
                : ResponseEntity.ok(new Mapped(type, false, List.of(), null));
    }

    /** Shows what an event would purge; the message's id stays unused. */
    @PostMapping("/v1/sources/{source}/events/dry-run")
    ResponseEntity<Object> dryRun(@PathVariable String source, HttpServletRequest request) throws IOException {
        Message message = intake.accept(source, request);
        JsonNode event = PurgeRequest.json(message.body());
        String type = type(event, request);
        return ResponseEntity.ok(map(message, type, event)
                .map(purge -> new Mapped(type, true, purge.targets(), purge.mode()))
                .orElse(new Mapped(type, false, List.of(), null)));
    }

    private static Optional<PurgeRequest> map(Message message, String type, JsonNode event) {
        Optional<EventMapping> mapping = message.source().event(type);
        if (mapping.isEmpty()) {
            return Optional.empty();
        }
        List<Target> targets;
        try {
            targets = mapping.get().targets(event);
        } catch (IllegalArgumentException lacking) {
            throw invalid("", "event " + type + ": " + lacking.getMessage());
        }
        if (targets.size() > Purge.MAX_TARGETS) {
            throw invalid(
                    "",
                    "event " + type + " makes " + targets.size() + " targets; a purge has at most "
                            + Purge.MAX_TARGETS);
        }
        PurgeRequest request = new PurgeRequest(targets, mapping.get().mode());
        request.requireAllowed(message.source());
        return Optional.of(request);
    }

    /** The member {@code type}, as in Standard Webhooks; else the header in which GitHub names it. */
    private static String type(JsonNode event, HttpServletRequest request) {
        if (event.path("type").isString()) {
            return event.path("type").stringValue();
        }
        String header = request.getHeader("X-GitHub-Event");
        if (header != null) {
            return header;
        }
        throw invalid("/type", "an event must be a JSON object with a type");
    }

    private static RefusedException invalid(String pointer, String detail) {
        return RefusedException.badBody("invalid-event", TITLE, List.of(new Violation(pointer, detail)));
    }
}
