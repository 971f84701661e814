package io.tidemark.writequeue.deadletters;

import io.tidemark.writequeue.log.LogProperties;
import io.tidemark.writequeue.log.LogTrim;
import io.tidemark.writequeue.status.DeadLetterIndex;
import io.tidemark.writequeue.status.DeadLetterIndex.DeadPlace;
import io.tidemark.writequeue.status.WriteStatus;
import io.tidemark.writequeue.status.WriteStatusStore;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Forgets dead letters whose time is over ({@code tidemark.writes.log.keep-dead}), and with them what their log has of that time.
 * One that holds others stays until somebody decides. Every instance does it; doing it twice does no harm.
 */
@Component
class Expiry {
    private static final Logger log = LoggerFactory.getLogger(Expiry.class);
    private static final int PAGE = 200;

    private final DeadLetterIndex index;
    private final WriteStatusStore statuses;
    private final WriteTypes types;
    private final LogTrim trim;
    private final LogProperties properties;

    Expiry(DeadLetterIndex index, WriteStatusStore statuses, WriteTypes types, LogTrim trim, LogProperties properties) {
        this.index = index;
        this.statuses = statuses;
        this.types = types;
        this.trim = trim;
        this.properties = properties;
    }

    @Scheduled(initialDelay = 5, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void look() {
        try {
            if (index.isComplete()) {
                trim.trimDeadBefore(expireBefore(index.now().minus(properties.keepDead())));
            }
        } catch (DataAccessException | KafkaException later) {
            log.info("dead letters are forgotten another time: {}", later.toString());
        }
    }

    /** Forgets those of before; answers the time of the oldest one that stays, or the given one if that is earlier. */
    Instant expireBefore(Instant instant) {
        DeadPlace last = DeadPlace.START;
        Instant oldest = instant;
        int forgotten = 0;
        while (true) {
            var page = index.deadLetters(last, PAGE);
            for (DeadPlace place : page) {
                if (!place.at().isBefore(instant)) {
                    return said(forgotten, oldest);
                }
                last = place;
                Optional<WriteStatus> status = statuses.find(place.writeId());
                if (status.filter(this::holds).isPresent()) {
                    oldest = place.at().isBefore(oldest) ? place.at() : oldest;
                } else if (status.filter(dead -> index.discard(dead, "forgotten: kept for " + properties.keepDead()))
                        .isPresent()) {
                    forgotten++;
                }
            }
            if (page.size() < PAGE) {
                return said(forgotten, oldest);
            }
        }
    }

    private static Instant said(int forgotten, Instant oldest) {
        if (forgotten > 0) {
            log.warn("{} dead letters are forgotten: their time was over", forgotten);
        }
        return oldest;
    }

    private boolean holds(WriteStatus status) {
        return types.named(status.type()).map(WriteType::onDeadLetter).orElse(OnDeadLetter.CONTINUE)
                == OnDeadLetter.HOLD;
    }
}
