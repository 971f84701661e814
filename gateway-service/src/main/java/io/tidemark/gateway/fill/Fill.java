package io.tidemark.gateway.fill;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.purge.PurgeView;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One call to an origin that others may join, from its sending to its body's end. */
final class Fill {
    private final PurgeSubject subject;
    private final Position sentAt;
    private final boolean direct;
    private final Sinks.One<FillOutcome> outcome = Sinks.one();
    private volatile boolean leaderLeft;

    /**
     * A call that is about to be made.
     *
     * @param sentAt the watermark right before its request is sent
     * @param direct whether it goes to the origin and to no shield
     */
    Fill(PurgeSubject subject, Position sentAt, boolean direct) {
        this.direct = direct;
        this.subject = subject;
        this.sentAt = sentAt;
    }

    Position sentAt() {
        return sentAt;
    }

    boolean isDirect() {
        return direct;
    }

    /** Whether no purge since the sending can cover the answer, whatever its tags: a request that arrives now may join. */
    boolean stands(PurgeView purges) {
        return purges.stillStands(subject, sentAt);
    }

    /** Whether it does as far as the answer's tags do not matter: a request may join and look again when they are known. */
    boolean mayStand(PurgeView purges) {
        return purges.verdict(subject, sentAt) == PurgeVerdict.VALID;
    }

    /** Whether the answer, with its tags, was covered by no purge since its request was sent. */
    boolean stands(PurgeView purges, FillOutcome known) {
        return switch (known) {
            case FillOutcome.Streaming streaming ->
                purges.verdict(subject.with(streaming.store().tags()), sentAt) == PurgeVerdict.VALID;
            case FillOutcome.Freshened freshened ->
                purges.verdict(
                                freshened.response().subject(),
                                freshened.response().filledAt())
                        == PurgeVerdict.VALID;
            case FillOutcome.Stale _, FillOutcome.Uncacheable _, FillOutcome.Elsewhere _, FillOutcome.Failed _ -> true;
        };
    }

    /** Whoever it was sent for is no longer there. */
    void leaderLeaves() {
        leaderLeft = true;
    }

    /** Whether nobody will claim an answer for one request only. */
    boolean hasLeaderLeft() {
        return leaderLeft;
    }

    void became(FillOutcome known) {
        outcome.tryEmitValue(known);
    }

    /** Completes as soon as it is known; never fails. */
    Mono<FillOutcome> outcome() {
        return outcome.asMono();
    }
}
