package io.tidemark.gateway.fill;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.PurgeView;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One call to an origin that others may join, from its sending to its body's end. */
final class Fill {
    private final PurgeSubject subject;
    private final Position sentAt;
    private final Sinks.One<FillOutcome> outcome = Sinks.one();

    /** @param sentAt the watermark right before its request is sent */
    Fill(PurgeSubject subject, Position sentAt) {
        this.subject = subject;
        this.sentAt = sentAt;
    }

    Position sentAt() {
        return sentAt;
    }

    /** Whether a request that arrives now may join: no purge since the sending can cover the answer. */
    boolean stands(PurgeView purges) {
        return purges.stillStands(subject, sentAt);
    }

    void became(FillOutcome known) {
        outcome.tryEmitValue(known);
    }

    /** Completes as soon as it is known; never fails. */
    Mono<FillOutcome> outcome() {
        return outcome.asMono();
    }
}
