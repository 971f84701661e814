package io.tidemark.writequeue.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.tracing.Span;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.delivery.AttemptOutcome.Answered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unsent;
import io.tidemark.writequeue.delivery.PendingWrite.Settlement;
import io.tidemark.writequeue.status.Attempt;
import io.tidemark.writequeue.types.WriteType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

/** Makes one attempt to deliver a write, and says what is to follow from it. Thread-safe; waits for the answer. */
@Component
class Attempts {
    private static final Logger log = LoggerFactory.getLogger(Attempts.class);

    private final RetryRule rule;
    private final LogSampling sampling;
    private final MeterRegistry meters;
    private final Clock clock;

    Attempts(DeliveryProperties properties, LogSampling sampling, MeterRegistry meters, Clock clock) {
        this.rule = properties.retry().rule();
        this.sampling = sampling;
        this.meters = meters;
        this.clock = clock;
    }

    /** Calls the origin, as its breaker has permitted; answers what is left to do. */
    Settlement make(Write write, WriteType type, Origin origin, int number, List<Attempt> earlier, Span span)
            throws InterruptedException {
        List<Target> ofTheType;
        try {
            ofTheType = type.targetsOf(write.data());
        } catch (IllegalArgumentException changed) { // before the call: what comes after it must not fail for ever
            origin.breaker().releasePermission();
            return new Settlement.GiveUp(
                    earlier, "its data does not fit its type any more: " + changed.getMessage(), List.of());
        }
        Instant startedAt = clock.instant();
        long start = System.nanoTime();
        AttemptOutcome outcome;
        Span call = span.child(Span.Kind.CLIENT, type.method())
                .set("http.request.method", type.method())
                .set("server.address", origin.host())
                .set("tidemark.origin", origin.name());
        try {
            String traceparent = call.traceparent();
            outcome = origin.send(type, traceparent == null ? write : write.tracedAs(traceparent));
        } catch (InterruptedException | RuntimeException aborted) {
            origin.breaker().releasePermission();
            call.failed("aborted").end();
            throw aborted;
        }
        ended(call, outcome);
        long took = System.nanoTime() - start;
        if (outcome.countsAgainstTheOrigin()) {
            origin.breaker().onError(took, TimeUnit.NANOSECONDS, new OriginFailedException(outcome));
        } else {
            origin.breaker().onSuccess(took, TimeUnit.NANOSECONDS);
        }
        RetryRule.Decision decision = rule.decide(
                number,
                outcome,
                outOfReach(earlier, startedAt),
                ThreadLocalRandom.current().nextDouble());
        log(write, type, origin, number, outcome, decision, took);
        List<Attempt> history = new ArrayList<>(earlier);
        if (outcome instanceof Unsent && outOfReach(earlier, startedAt) != null) {
            Attempt first = history.removeLast(); // one stands for all in a row
            history.add(record(type, number, first.startedAt(), took, outcome, decision));
        } else {
            history.add(record(type, number, startedAt, took, outcome, decision));
        }
        return switch (decision) {
            case RetryRule.Decision.Delivered() -> new Settlement.Delivered(history, targets(ofTheType, outcome));
            case RetryRule.Decision.Retry(Duration delay) ->
                new Settlement.Retry(history, outcome instanceof Unsent ? number - 1 : number, delay);
            case RetryRule.Decision.GiveUp(String reason) ->
                new Settlement.GiveUp(
                        history,
                        reason,
                        mayHaveTakenEffect(history, outcome) ? targets(ofTheType, outcome) : List.of());
        };
    }

    private static void ended(Span call, AttemptOutcome outcome) {
        switch (outcome) {
            case Answered answered -> call.set("http.response.status_code", answered.status());
            case Unanswered _ -> call.failed("unanswered");
            case Unsent _ -> call.failed("unsent");
        }
        call.end();
    }

    private static List<Target> targets(List<Target> ofTheType, AttemptOutcome outcome) {
        Set<Target> targets = new LinkedHashSet<>(ofTheType);
        if (outcome instanceof Answered answered && answered.status() < 400) { // RFC 9875 section 3
            answered.groups().names().forEach(group -> targets.add(Target.tag(group)));
        }
        return List.copyOf(targets);
    }

    /** A write that was given up purges too, unless it is sure that no attempt took effect. */
    private static boolean mayHaveTakenEffect(List<Attempt> history, AttemptOutcome last) {
        return last.mayHaveTakenEffect()
                || history.stream()
                        .anyMatch(attempt -> attempt.status() == null ? !Unsent.was(attempt) : attempt.status() >= 500);
    }

    /** Null if the last attempt of this round was sent. */
    private static RetryRule.@Nullable OutOfReach outOfReach(List<Attempt> earlier, Instant now) {
        Attempt last = earlier.isEmpty() ? null : earlier.getLast();
        return last == null || last.retryInMs() == null || !Unsent.was(last)
                ? null
                : new RetryRule.OutOfReach(
                        Duration.between(last.startedAt(), now), Duration.ofMillis(last.retryInMs()));
    }

    /** Of an answer to a person's write nothing is kept: it may be theirs. */
    private static Attempt record(
            WriteType type,
            int number,
            Instant startedAt,
            long tookNanos,
            AttemptOutcome outcome,
            RetryRule.Decision decision) {
        Long retryInMs = decision instanceof RetryRule.Decision.Retry(Duration delay) ? delay.toMillis() : null;
        long tookMs = TimeUnit.NANOSECONDS.toMillis(tookNanos);
        return switch (outcome) {
            case Answered answered ->
                new Attempt(
                        number,
                        startedAt,
                        tookMs,
                        answered.status(),
                        null,
                        answered.body().filter(_ -> !type.personal()).orElse(null),
                        retryInMs);
            case Unanswered(String error) -> new Attempt(number, startedAt, tookMs, null, error, null, retryInMs);
            case Unsent unsent -> new Attempt(number, startedAt, tookMs, null, unsent.text(), null, retryInMs);
        };
    }

    private void log(
            Write write,
            WriteType type,
            Origin origin,
            int number,
            AttemptOutcome outcome,
            RetryRule.Decision decision,
            long tookNanos) {
        String label = switch (decision) {
            case RetryRule.Decision.Delivered() -> "delivered";
            case RetryRule.Decision.Retry _ -> "retry";
            case RetryRule.Decision.GiveUp _ -> "give-up";
        };
        Timer.builder("tidemark.writes.attempts")
                .tags("type", type.name(), "origin", origin.name(), "outcome", label)
                .register(meters)
                .record(tookNanos, TimeUnit.NANOSECONDS);
        boolean sampled = write.requestId() != null && sampling.takes(write.requestId(), write.traceparent());
        log.atLevel(sampled ? Level.INFO : Level.DEBUG)
                .addKeyValue("writeId", write.writeId())
                .addKeyValue("origin", origin.name())
                .addKeyValue("attempt", number)
                .addKeyValue("tookMicros", TimeUnit.NANOSECONDS.toMicros(tookNanos))
                .addKeyValue("outcome", outcome)
                .log("origin call");
    }

    /** Tells the breaker why. */
    private static final class OriginFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OriginFailedException(AttemptOutcome outcome) {
            super(outcome.toString(), null, false, false);
        }
    }
}
