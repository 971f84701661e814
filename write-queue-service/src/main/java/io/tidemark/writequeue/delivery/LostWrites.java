package io.tidemark.writequeue.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.writequeue.status.LostRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Records that went from the write log before they were read: counted, said, and shown in the statuses of their writes. */
@Component
class LostWrites {
    private static final Logger log = LoggerFactory.getLogger(LostWrites.class);
    private static final int TRIES = 60;

    private final LostRecords statuses;
    private final Counter lost;

    LostWrites(LostRecords statuses, MeterRegistry meters) {
        this.statuses = statuses;
        this.lost = Counter.builder("tidemark.writes.lost")
                .description("records that went from the write log before they were read")
                .register(meters);
    }

    /** The records from one offset up to another one are gone. Returns at once. */
    void gone(TopicPartition partition, long from, long to) {
        lost.increment((double) (to - from));
        log.error(
                "{}: the records from {} to {} went from the log before they were delivered; something else than this"
                        + " service deletes from it",
                partition,
                from,
                to - 1);
        Thread.ofVirtual().name("lost-writes").start(() -> mark(partition, from, to));
    }

    private void mark(TopicPartition partition, long from, long to) {
        for (int i = 0; i < TRIES; i++) {
            try {
                int marked = statuses.mark(partition.partition(), from, to);
                log.error("{}: {} writes are lost; their statuses say so", partition, marked);
                return;
            } catch (DataAccessException later) {
                log.debug("the lost writes are marked another time", later);
            }
            try {
                Thread.sleep(1000);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }
}
