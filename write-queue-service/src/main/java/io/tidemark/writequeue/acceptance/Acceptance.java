package io.tidemark.writequeue.acceptance;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.log.LogProperties;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.log.WriteLogUnavailableException;
import io.tidemark.writequeue.status.Fingerprint;
import io.tidemark.writequeue.status.OriginsDown;
import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatusStore;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties.WhenOriginDown;
import java.time.Duration;
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
    private final Duration lease;

    Acceptance(WriteStatusStore statuses, OriginsDown originsDown, WriteLog writeLog, LogProperties logProperties) {
        this.statuses = statuses;
        this.originsDown = originsDown;
        this.writeLog = writeLog;
        this.lease = logProperties.timeout().multipliedBy(2).plusSeconds(5);
    }

    AcceptanceOutcome accept(Write write, WriteType type) {
        String token = WriteIds.random();
        try {
            if (type.whenOriginDown() == WhenOriginDown.REJECT && originsDown.isDown(type.origin())) {
                return new AcceptanceOutcome.OriginDown(type);
            }
            String fingerprint = Fingerprint.of(write.type(), write.data());
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
            }
        } catch (DataAccessException unavailable) {
            log.warn("the status store did not answer: {}", unavailable.getMessage());
            return new AcceptanceOutcome.Unavailable("status store", true);
        }
        return append(write, token);
    }

    private AcceptanceOutcome append(Write write, String token) {
        try {
            writeLog.append(write);
        } catch (WriteLogUnavailableException unavailable) {
            log.warn("write {} was not acknowledged: {}", write.writeId(), unavailable.getMessage());
            return refuse(write, token);
        }
        try {
            statuses.settle(write, token, WriteState.ACCEPTED);
        } catch (DataAccessException unavailable) {
            // The log has it: it is accepted all the same, and its delivery makes its status right.
            log.warn("write {} is accepted, its status is late: {}", write.writeId(), unavailable.getMessage());
        }
        return new AcceptanceOutcome.Accepted(write.writeId(), false);
    }

    private AcceptanceOutcome refuse(Write write, String token) {
        try {
            boolean delivering = statuses.settle(write, token, WriteState.REFUSED)
                    .filter(WriteState::isPublic)
                    .isPresent();
            return delivering
                    ? new AcceptanceOutcome.Accepted(write.writeId(), false)
                    : new AcceptanceOutcome.Unavailable("write log", true);
        } catch (DataAccessException unavailable) {
            return new AcceptanceOutcome.Unavailable("write log", false);
        }
    }
}
