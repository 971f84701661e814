package io.tidemark.invalidation.webhooks;

import io.tidemark.invalidation.previews.Previews;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/sources/{source}/purges}: a signed request becomes one record of the purge log; as a dry run the gateways
 * count what it would cover. A dry run is asked for in the body, which is signed, or by the query, which is not: a message that
 * was one once never becomes a purge.
 */
@RestController
class PurgeWebhookController {
    private final Intake intake;
    private final SignedPurges purges;
    private final Previews previews;

    PurgeWebhookController(Intake intake, SignedPurges purges, Previews previews) {
        this.intake = intake;
        this.previews = previews;
        this.purges = purges;
    }

    @PostMapping("/v1/sources/{source}/purges")
    ResponseEntity<Object> purge(@PathVariable String source, HttpServletRequest request)
            throws IOException, InterruptedException {
        boolean byQuery = DryRun.isAsked(request);
        Message<PurgeRequest> message = intake.accept(source, request, PurgeRequest::parse);
        PurgeRequest asked = message.content();
        asked.requireAllowed(message.source());
        if (byQuery || asked.dryRun()) {
            intake.dryRun(message);
            return ResponseEntity.ok(previews.preview(asked.targets(), asked.mode()));
        }
        return purges.publish(message, request);
    }
}
