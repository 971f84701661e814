package io.tidemark.invalidation.webhooks;

import io.tidemark.invalidation.previews.Previews;
import io.tidemark.invalidation.webhooks.Intake.Message;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/sources/{source}/purges}: a signed request becomes one record of the purge log; with {@code ?dry-run} the
 * gateways count what it would cover, and the message's id stays unused.
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
        Message message = intake.accept(source, request);
        PurgeRequest asked = PurgeRequest.parse(message.body());
        asked.requireAllowed(message.source());
        if (DryRun.isAsked(request)) {
            return ResponseEntity.ok(previews.preview(asked.targets(), asked.mode()));
        }
        return purges.publish(message, asked, request);
    }
}
