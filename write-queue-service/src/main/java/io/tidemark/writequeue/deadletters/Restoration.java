package io.tidemark.writequeue.deadletters;

import io.tidemark.commons.outage.Outage;
import io.tidemark.writequeue.log.DeadLetter;
import io.tidemark.writequeue.log.DeadLetterReader;
import io.tidemark.writequeue.log.LogProperties;
import io.tidemark.writequeue.status.DeadLetterIndex;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import java.time.Clock;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Puts the dead letters back from their log where Redis does not have them: after it was emptied, and at the first start.
 * Nothing is delivered until that is done. Every instance does it; doing it twice does no harm.
 */
@Component
class Restoration {
    private static final Logger log = LoggerFactory.getLogger(Restoration.class);

    private final DeadLetterIndex index;
    private final DeadLetterReader reader;
    private final WriteTypes types;
    private final LogProperties logs;
    private final Clock clock;
    private final Outage outage =
            new Outage(log, "Whether all dead letters are there is not known yet", "That is known of the dead letters");

    Restoration(DeadLetterIndex index, DeadLetterReader reader, WriteTypes types, LogProperties logs, Clock clock) {
        this.index = index;
        this.reader = reader;
        this.types = types;
        this.logs = logs;
        this.clock = clock;
    }

    @Scheduled(fixedDelay = 500)
    void look() {
        try {
            if (!index.isComplete()) {
                restore();
            }
            outage.over();
        } catch (DataAccessException | KafkaException later) {
            outage.failed(later);
        }
    }

    private void restore() {
        long restored = reader.open().values().stream().filter(this::restore).count();
        index.complete(clock.instant());
        log.info("the dead letters are complete; {} were put back from their log", restored);
    }

    private boolean restore(DeadLetterReader.Open open) {
        DeadLetter letter = open.letter();
        OnDeadLetter policy =
                types.named(letter.write().type()).map(WriteType::onDeadLetter).orElse(OnDeadLetter.CONTINUE);
        if (policy != OnDeadLetter.HOLD && letter.at().isBefore(clock.instant().minus(logs.keepDead()))) {
            return false; // its time was over
        }
        return index.restore(
                letter.write(),
                open.place(),
                open.bytes() + DeadLetter.BESIDE,
                letter.attempts().toString(),
                letter.reason(),
                letter.redrives(),
                letter.position(),
                policy,
                letter.at());
    }
}
