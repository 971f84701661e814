package io.tidemark.invalidation.sources;

import java.time.Instant;
import java.util.Optional;

/** Verifies the requests of one source. Pure. */
public sealed interface WebhookVerifier permits StandardWebhookVerifier, GithubVerifier {
    /** What can be told before the body is read; empty if nothing is wrong with the headers. */
    Optional<Verification.Refused> refusedByHeaders(SignedRequest.Headers headers, Instant now);

    /** Verifies headers and body. */
    Verification verify(SignedRequest request, Instant now);
}
