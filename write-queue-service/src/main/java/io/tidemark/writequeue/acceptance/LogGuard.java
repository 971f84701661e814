package io.tidemark.writequeue.acceptance;

import io.tidemark.writequeue.log.LogContract;
import io.tidemark.writequeue.status.LogShape;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Whether anything may be accepted: only into logs that keep it, and in the order of its key. Where somebody has changed the
 * number of partitions, a key's new writes go to another one than those that wait, and would overtake them: nothing is
 * accepted until what waits is delivered. Thread-safe; answers from memory.
 */
@Component
public class LogGuard {
    private static final Logger log = LoggerFactory.getLogger(LogGuard.class);

    private final LogContract contract;
    private final LogShape shape;
    private volatile String reshaped = "";

    LogGuard(LogContract contract, LogShape shape) {
        this.contract = contract;
        this.shape = shape;
    }

    /** Why nothing may be accepted now; empty if all is well. */
    public Optional<String> objection() {
        return contract.objection().or(() -> Optional.of(reshaped).filter(why -> !why.isEmpty()));
    }

    OptionalInt largestWrite() {
        return contract.largestWrite();
    }

    @Scheduled(fixedDelay = 2, timeUnit = TimeUnit.SECONDS)
    void look() {
        OptionalInt partitions = contract.partitions();
        if (partitions.isEmpty()) {
            return;
        }
        try {
            int before = shape.partitions(partitions.getAsInt());
            String found = before == partitions.getAsInt()
                    ? ""
                    : "the write log has " + partitions.getAsInt() + " partitions, and had " + before
                            + " when what waits was accepted: it must be delivered first, or be overtaken";
            if (!found.equals(reshaped)) {
                reshaped = found;
                log.error("{}", found.isEmpty() ? "what had waited in the log's old partitions is delivered" : found);
            }
        } catch (DataAccessException later) {
            log.debug("the log's shape is compared another time", later);
        }
    }
}
