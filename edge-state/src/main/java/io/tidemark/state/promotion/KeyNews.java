package io.tidemark.state.promotion;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.KeyPromotion;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import io.tidemark.state.keys.KeyRing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@link Topics#KEYS}, from its beginning: it has one record for each set and region. Tells the ring. While it cannot be read, the
 * keys that were used last are used on: all have those.
 */
public final class KeyNews implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeyNews.class);
    private static final TopicPartition KEYS = new TopicPartition(Topics.KEYS, 0);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final KeyRing ring;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Outage outage = new Outage(log, "Which keys are used cannot be read", "Which keys are used is read");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("key-news").daemon().unstarted(this::run);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    public KeyNews(KeyRing ring, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.ring = ring;
        this.consumers = consumers;
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopped.countDown();
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    private void run() {
        while (stopped.getCount() > 0) {
            try {
                session();
            } catch (WakeupException stop) {
                log.debug("woken up to stop", stop);
            } catch (RuntimeException | OutOfMemoryError failure) { // what is no broker may claim to send gigabytes
                outage.failed(failure);
                try {
                    var _ = stopped.await(PAUSE_AFTER_FAILURE.toNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    private void session() {
        try (Consumer<byte[], byte[]> reading = consumers.get()) {
            consumer = reading;
            reading.assign(List.of(KEYS));
            reading.seekToBeginning(List.of(KEYS));
            reading.position(KEYS); // fails where it may not be read
            outage.over();
            while (stopped.getCount() > 0) {
                for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
                    read(record.value());
                }
            }
        } finally {
            consumer = null;
        }
    }

    private void read(byte @Nullable [] record) {
        try {
            if (record != null) {
                KeyPromotion promotion = RecordCodec.KEY_PROMOTION.decode(record);
                ring.promoted(promotion);
            }
        } catch (UnreadableRecordException unreadable) {
            log.warn("which key is used cannot be read of a record", unreadable);
        }
    }
}
