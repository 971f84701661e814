package io.tidemark.writequeue.deadletters;

import io.tidemark.writequeue.log.DeadLetter;
import io.tidemark.writequeue.log.DeadLetterReader;
import io.tidemark.writequeue.log.LogPlace;
import io.tidemark.writequeue.log.WriteLog;
import io.tidemark.writequeue.status.DeadLetterIndex;
import io.tidemark.writequeue.status.DeadLetterIndex.DeadPlace;
import io.tidemark.writequeue.status.WriteState;
import io.tidemark.writequeue.status.WriteStatus;
import io.tidemark.writequeue.status.WriteStatusStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes that were given up: found, redriven, discarded. Thread-safe. */
@Component
class DeadLetters {
    private static final int LOOKED_AT_ONCE = 200;

    private final WriteStatusStore statuses;
    private final DeadLetterIndex index;
    private final DeadLetterReader reader;
    private final WriteLog writeLog;

    /**
     * Some dead letters, oldest first.
     *
     * @param next where to go on; absent at the end
     */
    record Page(List<WriteStatus> deadLetters, @Nullable DeadPlace next) {}

    DeadLetters(WriteStatusStore statuses, DeadLetterIndex index, DeadLetterReader reader, WriteLog writeLog) {
        this.statuses = statuses;
        this.index = index;
        this.reader = reader;
        this.writeLog = writeLog;
    }

    /** By the clock that dates what happens to writes. */
    Instant now() {
        return index.now();
    }

    Page page(DeadLetterFilter filter, DeadPlace after, int limit) {
        List<WriteStatus> found = new ArrayList<>();
        DeadPlace last = after;
        while (true) {
            List<DeadPlace> places = index.deadLetters(last, LOOKED_AT_ONCE);
            for (DeadPlace place : places) {
                if (found.size() == limit) {
                    return new Page(found, last);
                }
                last = place;
                statuses.find(place.writeId()).filter(filter::includes).ifPresent(found::add);
            }
            if (places.size() < LOOKED_AT_ONCE) {
                return new Page(found, null);
            }
        }
    }

    Optional<DeadLetter> find(String writeId) {
        return index.place(writeId)
                .flatMap(reader::at)
                .or(() -> index.letter(writeId).map(DeadLetter::decode));
    }

    /**
     * Appends a dead letter to the write log again. It keeps its id, its idempotency key and its place among the writes of
     * its ordering key that are not delivered yet. Answers whether it was a dead letter.
     */
    boolean redrive(WriteStatus status) {
        Optional<DeadLetter> letter = find(status.writeId());
        if (status.state() != WriteState.DEAD_LETTERED || letter.isEmpty()) {
            return false;
        }
        DeadLetter dead = letter.get();
        int redrive = status.redrives() + 1;
        LogPlace place = writeLog.appendRedrive(dead.write(), dead.position(), redrive);
        writeLog.appendDead(dead.write(), dead.left(DeadLetter.REDRIVEN).encode());
        index.redriven(status, redrive, place);
        return true;
    }

    /** Decides that a dead letter is never delivered. Answers whether it was a dead letter. */
    boolean discard(WriteStatus status, String reason) {
        find(status.writeId())
                .ifPresent(dead -> writeLog.appendDead(
                        dead.write(), dead.left(DeadLetter.DISCARDED).encode()));
        return index.discard(status, reason);
    }
}
