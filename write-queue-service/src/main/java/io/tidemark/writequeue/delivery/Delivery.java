package io.tidemark.writequeue.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.MessageSpans;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.delivery.PendingWrite.Settlement;
import io.tidemark.writequeue.log.LoggedWrite;
import io.tidemark.writequeue.personal.PersonalWrites;
import io.tidemark.writequeue.personal.SealedWrites;
import io.tidemark.writequeue.status.Attempt;
import io.tidemark.writequeue.status.BeginVerdict;
import io.tidemark.writequeue.status.Fingerprint;
import io.tidemark.writequeue.status.WriteStatusStore;
import io.tidemark.writequeue.status.WritesOfClient;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/**
 * Gets one write on: asks whether it may be attempted, has the origin called ({@link Attempts}), and what came of it settled
 * ({@link Settlements}). Only after that is the write finished, so that a crash at any instant leads to the same steps again,
 * with the same idempotency key.
 */
@Component
class Delivery implements Lanes.Courier {
    private static final Duration PERMIT_PATIENCE = Duration.ofMillis(250);
    private static final Duration BREAKER_OPEN = Duration.ofMillis(200);
    private static final Duration HELD = Duration.ofSeconds(2);
    private static final Duration INCOMPLETE = Duration.ofMillis(200);
    private static final Duration NOT_OURS = Duration.ofMillis(250);

    private final WriteTypes types;
    private final Origins origins;
    private final WriteStatusStore statuses;
    private final SealedWrites seals;
    private final WritesOfClient clients;
    private final OwnershipFence fence;
    private final Attempts attempts;
    private final Settlements settlements;
    private final Tracing tracing;
    private final RetryRule rule;

    Delivery(
            WriteTypes types,
            Origins origins,
            WriteStatusStore statuses,
            SealedWrites seals,
            WritesOfClient clients,
            OwnershipFence fence,
            Attempts attempts,
            Settlements settlements,
            Tracing tracing,
            DeliveryProperties properties) {
        this.types = types;
        this.origins = origins;
        this.statuses = statuses;
        this.seals = seals;
        this.clients = clients;
        this.fence = fence;
        this.attempts = attempts;
        this.settlements = settlements;
        this.tracing = tracing;
        this.rule = properties.retry().rule();
    }

    @Override
    public Step step(PendingWrite pending) throws InterruptedException {
        Write write = pending.logged().write();
        if (write.requestId() != null) {
            MDC.put(RequestId.MDC_KEY, write.requestId());
        }
        Settlement unsettled = pending.settlement();
        if (unsettled != null) {
            return settlements.settle(pending, unsettled, Span.NONE);
        }
        Optional<WriteType> type = types.named(write.type());
        if (type.isEmpty()) {
            return settlements.settle(
                    pending,
                    new Settlement.GiveUp(List.of(), "\"" + write.type() + "\" is no configured write type", List.of()),
                    Span.NONE);
        }
        return attempt(pending, type.get(), origins.named(type.get().origin()));
    }

    /** Its client was erased, or the Redis of data keys has lost one. */
    private Step gone(PendingWrite pending) {
        Write write = pending.logged().write();
        if (clients.erasedAt(write.client()).isPresent()) {
            clients.erase(write.writeId(), write.client(), Duration.ZERO);
            return new Step.Done();
        }
        return settlements.settle(
                pending,
                new Settlement.GiveUp(List.of(), "it cannot be opened: its client's data key is gone", List.of()),
                Span.NONE);
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
                if (!(seals.open(write) instanceof PersonalWrites.Plain(Write plain))) {
                    return gone(pending);
                }
                var verdict = statuses.begin(
                        write,
                        seals.fingerprint(write, Fingerprint.of(plain.type(), plain.data())),
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
                        yield deliver(pending, plain, type, origin, made + 1, history);
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

    private Step deliver(
            PendingWrite pending, Write plain, WriteType type, Origin origin, int number, List<Attempt> history)
            throws InterruptedException {
        Span span = MessageSpans.process(tracing, Topics.WRITES, plain.traceparent(), plain.requestId())
                .set("tidemark.write.id", plain.writeId())
                .set("tidemark.write.type", type.name())
                .set("tidemark.write.attempt", number);
        try {
            Settlement settlement = attempts.make(plain, type, origin, number, history, span);
            pending.settle(settlement);
            if (!(settlement instanceof Settlement.Delivered)) {
                span.failed(settlement instanceof Settlement.Retry ? "retry" : "dead-letter")
                        .keep("error");
            }
            return settlements.settle(pending, settlement, span);
        } finally {
            span.end();
        }
    }

    /** Never longer than a retry can be set for, should the clock of the Redis that dated it have been another one. */
    private Duration shortened(Duration time) {
        Duration longest = rule.maxRetryAfter().compareTo(rule.max()) > 0 ? rule.maxRetryAfter() : rule.max();
        return time.compareTo(longest) > 0 ? longest : time;
    }
}
