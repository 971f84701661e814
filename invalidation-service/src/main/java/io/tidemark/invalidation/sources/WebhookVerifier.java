package io.tidemark.invalidation.sources;

import java.time.Instant;

/** Verifies the requests of one source. Pure. */
public sealed interface WebhookVerifier permits StandardWebhookVerifier, GithubVerifier {
    Verification verify(SignedRequest request, Instant now);
}
