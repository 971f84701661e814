package io.tidemark.writequeue.acceptance;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.acceptance.AcceptanceOutcome.Fate;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.log.LogProperties;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.log.WriteLogUnavailableException;
import io.tidemark.writequeue.personal.KeysUnavailableException;
import io.tidemark.writequeue.personal.SealedWrites;
import io.tidemark.writequeue.status.Fingerprint;
import io.tidemark.writequeue.status.OriginsDown;
import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatusStore;
import io.tidemark.writequeue.status.WritesOfClient;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties.WhenOriginDown;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Makes checked writes durable: claims their id, appends them to the log, and only then says that they are accepted.
 *
 * <p>A write that is refused after its append may have reached the log is marked so before the answer, and is not
 * delivered. If even that mark fails, the outcome says that it is not certain.
 */
@Component
class Acceptance {
    private static final Logger log = LoggerFactory.getLogger(Acceptance.class);

    private final WriteStatusStore statuses;
    private final OriginsDown originsDown;
    private final WriteLog writeLog;
    private final LogGuard guard;
    private final SealedWrites seals;
    private final WritesOfClient clients;
    private final Duration lease;

    Acceptance(
            WriteStatusStore statuses,
            OriginsDown originsDown,
            WriteLog writeLog,
            LogGuard guard,
            SealedWrites seals,
            WritesOfClient clients,
            LogProperties logProperties) {
        this.clients = clients;
        this.seals = seals;
        this.statuses = statuses;
        this.originsDown = originsDown;
        this.writeLog = writeLog;
        this.guard = guard;
        this.lease = logProperties.timeout().multipliedBy(2).plusSeconds(5);
    }

    /**
     * @param plain as the client sent it; of a personal one nothing is stored but what is sealed
     * @param before the place of the purge log as of before it was known whose it is, null if nobody says
     */
    AcceptanceOutcome accept(Write plain, WriteType type, @Nullable Position before) {
        Optional<String> objection = guard.objection();
        if (objection.isPresent()) {
            return new AcceptanceOutcome.AtRisk(objection.get());
        }
        Write write;
        try {
            write = seals.toStore(plain, type);
        } catch (KeysUnavailableException away) {
            log.debug("a write cannot be sealed", away);
            return new AcceptanceOutcome.Unavailable("store of data keys", Fate.UNTOUCHED);
        }
        byte[] encoded = RecordCodec.WRITE.encode(write);
        int bytes = encoded.length + write.orderingKey().getBytes(StandardCharsets.UTF_8).length;
        OptionalInt largest = guard.largestWrite();
        if (largest.isPresent() && bytes > largest.getAsInt()) {
            return new AcceptanceOutcome.TooLarge(largest.getAsInt());
        }
        String token = WriteIds.random();
        try {
            if (before != null && write.sealed() != null && isErasedSince(before, write.client())) {
                return new AcceptanceOutcome.Erased();
            }
            if (type.whenOriginDown() == WhenOriginDown.REJECT && originsDown.isDown(type.origin())) {
                return new AcceptanceOutcome.OriginDown(type);
            }
            String fingerprint = seals.fingerprint(write, Fingerprint.of(plain.type(), plain.data()));
            switch (statuses.claim(write, type, fingerprint, token, lease)) {
                case CLAIMED -> {}
                case REPLAY -> {
                    return new AcceptanceOutcome.Accepted(write.writeId(), true);
                }
                case IN_PROGRESS -> {
                    return new AcceptanceOutcome.InProgress();
                }
                case OTHER_REQUEST -> {
                    return new AcceptanceOutcome.OtherRequest();
                }
                case FULL -> {
                    return new AcceptanceOutcome.QueueFull(type);
                }
                case CLIENT_WAITS -> {
                    return new AcceptanceOutcome.QuotaReached("as many of your writes as may be are waiting", true);
                }
                case CLIENT_LETTERS -> {
                    return new AcceptanceOutcome.QuotaReached(
                            "your dead letters take as much room as they may: redrive or discard some", true);
                }
                case ALL_LETTERS -> {
                    return new AcceptanceOutcome.QuotaReached("dead letters take as much room as they may", false);
                }
            }
        } catch (DataAccessException unavailable) {
            log.debug("the status store did not answer", unavailable); // it says so itself, once
            return new AcceptanceOutcome.Unavailable("status store", Fate.UNTOUCHED);
        }
        return append(write, encoded, token);
    }

    /** Asked after it was sealed: what is erased after this cannot be opened. */
    private boolean isErasedSince(Position before, String client) {
        return clients.erasedAt(client)
                .map(Position::parse)
                .filter(erased -> !before.isAtOrPast(erased))
                .isPresent();
    }

    private AcceptanceOutcome append(Write write, byte[] encoded, String token) {
        LogPlace place;
        try {
            place = writeLog.append(write.orderingKey(), encoded, write.traceparent());
        } catch (WriteLogUnavailableException unavailable) {
            log.debug("write {} was not acknowledged", write.writeId(), unavailable); // the log says so itself, once
            return refuse(write, token);
        }
        try {
            statuses.settle(write, token, WriteState.ACCEPTED, place);
        } catch (DataAccessException unavailable) {
            // The log has it: it is accepted all the same, and its delivery makes its status right.
            log.debug("write {} is accepted, its status is late", write.writeId(), unavailable);
        }
        return new AcceptanceOutcome.Accepted(write.writeId(), false);
    }

    private AcceptanceOutcome refuse(Write write, String token) {
        try {
            Optional<WriteState> state = statuses.settle(write, token, WriteState.REFUSED, null);
            boolean isLost =
                    state.filter(WriteState.REFUSED::equals).isPresent() && !statuses.isRefusalKept(write.writeId());
            return refused(write.writeId(), isLost ? Optional.empty() : state);
        } catch (DataAccessException unavailable) {
            return new AcceptanceOutcome.Unavailable("write log", Fate.UNKNOWN);
        }
    }

    /**
     * What is said of a write that was to be marked as refused.
     *
     * @param state that it has then; nothing if Redis does not know it, or may forget it: only the mark keeps a record from being
     *     delivered that reached the log all the same, so without the mark nobody can say
     */
    static AcceptanceOutcome refused(String writeId, Optional<WriteState> state) {
        return state.filter(WriteState::isPublic).isPresent()
                ? new AcceptanceOutcome.Accepted(writeId, false)
                : new AcceptanceOutcome.Unavailable(
                        "write log",
                        state.filter(WriteState.REFUSED::equals).isPresent() ? Fate.REFUSED : Fate.UNKNOWN);
    }
}
