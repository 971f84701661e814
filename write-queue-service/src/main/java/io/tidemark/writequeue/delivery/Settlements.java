package io.tidemark.writequeue.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.commons.tracing.Span;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.delivery.PendingWrite.Settlement;
import io.tidemark.writequeue.log.DeadLetter;
import io.tidemark.writequeue.log.LogContract;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.log.LoggedWrite;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.status.Attempt;
import io.tidemark.writequeue.status.WriteStatusStore;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settles what came of a write's attempts, first in the purge log and the dead letters' log, then in the status store: a crash at
 * any instant leads to the same steps again. Thread-safe.
 */
@Component
class Settlements {
    private static final Logger log = LoggerFactory.getLogger(Settlements.class);
    private static final String SOURCE = "write-queue";

    private final WriteTypes types;
    private final WriteStatusStore statuses;
    private final WriteLog writeLog;
    private final LogContract logs;
    private final PurgeLog purgeLog;
    private final MeterRegistry meters;
    private final JsonMapper json;
    private final Clock clock;

    Settlements(
            WriteTypes types,
            WriteStatusStore statuses,
            WriteLog writeLog,
            LogContract logs,
            PurgeLog purgeLog,
            MeterRegistry meters,
            JsonMapper json,
            Clock clock) {
        this.types = types;
        this.statuses = statuses;
        this.writeLog = writeLog;
        this.logs = logs;
        this.purgeLog = purgeLog;
        this.meters = meters;
        this.json = json;
        this.clock = clock;
        types.all().forEach(type -> deadLettered(type.name())); // from the start, so that the first one is an increase
    }

    private Counter deadLettered(String type) {
        return meters.counter("tidemark.writes.dead-lettered", "type", type);
    }

    /**
     * Does what is left to do after an attempt. Repeating it is harmless.
     *
     * @throws PurgeLogUnavailableException if the purge log does not take the write's purges; nothing after it was done then
     */
    Step settle(PendingWrite pending, Settlement settlement, Span span) {
        LoggedWrite logged = pending.logged();
        Write write = logged.write();
        switch (settlement) {
            case Settlement.Delivered(List<Attempt> history, List<Target> targets) -> {
                String readAfter = purge(write, targets, span);
                Duration age = Duration.between(write.acceptedAt(), clock.instant());
                statuses.delivered(write, history, readAfter);
                if (!age.isNegative()) { // else it is not known: another's clock accepted it, or this one was set
                    meters.timer("tidemark.writes.age.delivered", "type", write.type())
                            .record(age);
                }
                return new Step.Done();
            }
            case Settlement.GiveUp(List<Attempt> history, String reason, List<Target> targets) -> {
                purge(write, targets, span);
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
    private @Nullable String purge(Write write, List<Target> targets, Span span) {
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
                last = purgeLog.publish(purge, span).join().toString();
            }
            return last;
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PurgeLogUnavailableException unavailable) {
                throw unavailable;
            }
            throw failure;
        }
    }
}
