package io.tidemark.gateway.origin;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** The origins, as the rest of the gateway sees them. Thread-safe. */
public interface Origins {
    /**
     * Sends the request and answers once the response's head is here. Fails with {@link OriginFailure} only; whoever cancels
     * before that breaks the call off.
     */
    Mono<OriginAnswer> call(OriginRequest request);

    /** For how long the origin has been known to be down: by so much stale responses may be older. */
    Duration downFor(String origin);
}
