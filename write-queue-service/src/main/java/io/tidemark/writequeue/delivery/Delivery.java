package io.tidemark.writequeue.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.delivery.AttemptOutcome.Answered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unsent;
import io.tidemark.writequeue.delivery.PendingWrite.Settlement;
import io.tidemark.writequeue.log.DeadLetter;
import io.tidemark.writequeue.log.LogContract;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.log.LoggedWrite;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.status.Attempt;
import io.tidemark.writequeue.status.BeginVerdict;
import io.tidemark.writequeue.status.Fingerprint;
import io.tidemark.writequeue.status.WriteStatusStore;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gets one write on: asks whether it may be attempted, calls the origin, and settles what came of it, first in the purge
 * log and the dead letters' log, then in the status store. Only after that is the write finished, so that a crash at any
 * instant leads to the same steps again, with the same idempotency key.
 */
@Component
class Delivery implements Lanes.Courier {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final Duration PERMIT_PATIENCE = Duration.ofMillis(250);
    private static final Duration BREAKER_OPEN = Duration.ofMillis(200);
    private static final Duration HELD = Duration.ofSeconds(2);
    private static final Duration INCOMPLETE = Duration.ofMillis(200);
    private static final Duration NOT_OURS = Duration.ofMillis(250);
    private static final String SOURCE = "write-queue";

    private final WriteTypes types;
    private final Origins origins;
    private final WriteStatusStore statuses;
    private final WriteLog writeLog;
    private final LogContract logs;
    private final PurgeLog purgeLog;
    private final OwnershipFence fence;
    private final RetryRule rule;
    private final LogSampling sampling;
    private final MeterRegistry meters;
    private final JsonMapper json;
    private final Clock clock;

    Delivery(
            WriteTypes types,
            Origins origins,
            WriteStatusStore statuses,
            WriteLog writeLog,
            LogContract logs,
            PurgeLog purgeLog,
            OwnershipFence fence,
            DeliveryProperties properties,
            LogSampling sampling,
            MeterRegistry meters,
            JsonMapper json,
            Clock clock) {
        this.types = types;
        this.origins = origins;
        this.statuses = statuses;
        this.writeLog = writeLog;
        this.logs = logs;
        this.purgeLog = purgeLog;
        this.fence = fence;
        this.rule = properties.retry().rule();
        this.sampling = sampling;
        this.meters = meters;
        this.json = json;
        this.clock = clock;
        types.all().forEach(type -> deadLettered(type.name())); // from the start, so that the first one is an increase
    }

    private Counter deadLettered(String type) {
        return meters.counter("tidemark.writes.dead-lettered", "type", type);
    }

    @Override
    public Step step(PendingWrite pending) throws InterruptedException {
        Write write = pending.logged().write();
        if (write.requestId() != null) {
            MDC.put(RequestId.MDC_KEY, write.requestId());
        }
        Settlement unsettled = pending.settlement();
        if (unsettled != null) {
            return settle(pending, unsettled);
        }
        Optional<WriteType> type = types.named(write.type());
        if (type.isEmpty()) {
            return settle(
                    pending,
                    new Settlement.GiveUp(
                            List.of(), "\"" + write.type() + "\" is no configured write type", List.of()));
        }
        return attempt(pending, type.get(), origins.named(type.get().origin()));
    }

    private Step attempt(PendingWrite pending, WriteType type, Origin origin) throws InterruptedException {
        if (!fence.holds()) {
            return new Step.Wait(NOT_OURS);
        }
        if (!origin.enter(PERMIT_PATIENCE)) {
            return new Step.Wait(Duration.ZERO);
        }
        try {
            CircuitBreaker breaker = origin.breaker();
            if (!breaker.tryAcquirePermission()) {
                return new Step.Wait(BREAKER_OPEN);
            }
            boolean called = false;
            try {
                LoggedWrite logged = pending.logged();
                Write write = logged.write();
                var verdict = statuses.begin(
                        write,
                        Fingerprint.of(write.type(), write.data()),
                        logged.position(),
                        logged.redrive(),
                        pending.untilDue(System.nanoTime())
                                .filter(Duration::isZero)
                                .isPresent());
                return switch (verdict) {
                    case BeginVerdict.Skip() -> new Step.Done();
                    case BeginVerdict.Held() -> new Step.Wait(HELD);
                    case BeginVerdict.Incomplete() -> new Step.Wait(INCOMPLETE);
                    case BeginVerdict.NotYet(Duration time) -> {
                        Duration left = pending.untilDue(System.nanoTime()).orElse(shortened(time));
                        pending.waitFor(left, System.nanoTime());
                        yield new Step.Wait(left);
                    }
                    case BeginVerdict.Deliver(int made, List<Attempt> history) -> {
                        called = true;
                        Settlement settlement = call(write, type, origin, made + 1, history);
                        pending.settle(settlement);
                        yield settle(pending, settlement);
                    }
                };
            } finally {
                if (!called) {
                    breaker.releasePermission();
                }
            }
        } finally {
            origin.leave();
        }
    }

    private Settlement call(Write write, WriteType type, Origin origin, int number, List<Attempt> earlier)
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
        try {
            outcome = origin.send(type, write);
        } catch (InterruptedException | RuntimeException aborted) {
            origin.breaker().releasePermission();
            throw aborted;
        }
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
            history.add(record(number, first.startedAt(), took, outcome, decision));
        } else {
            history.add(record(number, startedAt, took, outcome, decision));
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

    private Step settle(PendingWrite pending, Settlement settlement) {
        LoggedWrite logged = pending.logged();
        Write write = logged.write();
        switch (settlement) {
            case Settlement.Delivered(List<Attempt> history, List<Target> targets) -> {
                String readAfter = purge(write, targets);
                Instant now = clock.instant();
                statuses.delivered(write, history, readAfter);
                meters.timer("tidemark.writes.age.delivered", "type", write.type())
                        .record(Duration.between(write.acceptedAt(), now));
                return new Step.Done();
            }
            case Settlement.GiveUp(List<Attempt> history, String reason, List<Target> targets) -> {
                purge(write, targets);
                OnDeadLetter policy =
                        types.named(write.type()).map(WriteType::onDeadLetter).orElse(OnDeadLetter.CONTINUE);
                DeadLetter letter = new DeadLetter(
                        write,
                        logged.position(),
                        logged.redrive(),
                        reason,
                        clock.instant(),
                        json.valueToTree(history),
                        null);
                byte[] encoded = letter.encode(logs.largestLetter());
                LogPlace place = writeLog.appendDead(write, encoded);
                statuses.deadLettered(
                        write, place, encoded.length + DeadLetter.BESIDE, history, reason, logged.position(), policy);
                log.warn("write {} is a dead letter: {}", write.writeId(), reason);
                deadLettered(write.type()).increment();
                return new Step.Done();
            }
            case Settlement.Retry(List<Attempt> history, int made, Duration delay) -> {
                statuses.retrying(write, made, history, delay);
                pending.settle(null);
                pending.waitFor(delay, System.nanoTime());
                return new Step.Wait(delay);
            }
        }
    }

    /** Publishes what the write purges; answers the last position, if it purges anything. */
    private @Nullable String purge(Write write, List<Target> targets) {
        try {
            String last = null;
            List<List<Target>> parts = PurgeParts.of(targets, logs.largestPurge());
            for (int i = 0; i < parts.size(); i++) {
                Purge purge = new Purge(
                        "write-" + write.writeId() + (i == 0 ? "" : "-" + i),
                        SOURCE,
                        parts.get(i),
                        Purge.Mode.HARD,
                        write.requestId(),
                        clock.instant());
                last = purgeLog.publish(purge).join().toString();
            }
            return last;
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PurgeLogUnavailableException unavailable) {
                throw unavailable;
            }
            throw failure;
        }
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

    private static Attempt record(
            int number, Instant startedAt, long tookNanos, AttemptOutcome outcome, RetryRule.Decision decision) {
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
                        answered.body().orElse(null),
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
        boolean sampled = write.requestId() != null && sampling.includes(write.requestId());
        log.atLevel(sampled ? Level.INFO : Level.DEBUG)
                .addKeyValue("writeId", write.writeId())
                .addKeyValue("origin", origin.name())
                .addKeyValue("attempt", number)
                .addKeyValue("tookMicros", TimeUnit.NANOSECONDS.toMicros(tookNanos))
                .addKeyValue("outcome", outcome)
                .log("origin call");
    }

    /** Never longer than a retry can be set for, should the clock of the Redis that dated it have been another one. */
    private Duration shortened(Duration time) {
        Duration longest = rule.maxRetryAfter().compareTo(rule.max()) > 0 ? rule.maxRetryAfter() : rule.max();
        return time.compareTo(longest) > 0 ? longest : time;
    }

    /** Tells the breaker why. */
    private static final class OriginFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OriginFailedException(AttemptOutcome outcome) {
            super(outcome.toString(), null, false, false);
        }
    }
}
