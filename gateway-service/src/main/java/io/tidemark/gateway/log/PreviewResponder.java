package io.tidemark.gateway.log;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.Preview;
import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.purge.Cover;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Answers how many of the responses in this gateway's own store a purge would cover. One thread; it looks at every stored
 * response for each question, so that a question costs the store's size times its targets. Questions from before the
 * start, and those older than {@link #PATIENCE}, are passed over.
 */
final class PreviewResponder implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(PreviewResponder.class);
    private static final TopicPartition QUESTIONS = new TopicPartition(Topics.PREVIEWS, 0);
    /** By then nobody waits for the answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final Heartbeat.Identity identity;
    private final StoredSubjects subjects;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;
    private final Outage outage = new Outage(log, "Previews cannot be read", "Previews are read");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable Thread thread;

    PreviewResponder(
            Heartbeat.Identity identity,
            StoredSubjects subjects,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Producer<byte[], byte[]> producer,
            InstantSource clock) {
        this.identity = identity;
        this.subjects = subjects;
        this.consumers = consumers;
        this.producer = producer;
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        thread = Thread.ofPlatform().name("previews").daemon().start(this::run);
    }

    @Override
    public synchronized void stop() {
        stopped.countDown();
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null && stopped.getCount() > 0;
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
            reading.assign(List.of(QUESTIONS));
            reading.seekToEnd(List.of(QUESTIONS));
            reading.position(QUESTIONS); // fails where they may not be read
            outage.over();
            while (stopped.getCount() > 0) {
                for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
                    answer(record.value());
                }
            }
        } finally {
            consumer = null;
        }
    }

    private void answer(byte @Nullable [] question) {
        try {
            if (question != null) {
                answer(RecordCodec.PREVIEW.decode(question));
            }
        } catch (UnreadableRecordException unreadable) {
            log.warn("a preview cannot be read", unreadable);
        }
    }

    private void answer(Preview preview) {
        Instant oldest = clock.instant().minus(PATIENCE);
        if (preview.askedAt().isBefore(oldest)) {
            return;
        }
        PreviewCount count = count(preview);
        byte[] key = preview.id().getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(
                new ProducerRecord<>(Topics.PREVIEW_COUNTS, 0, key, RecordCodec.PREVIEW_COUNT.encode(count)));
    }

    PreviewCount count(Preview preview) {
        List<Cover> covers = preview.targets().stream().map(Cover::of).toList();
        long[] coveredAndStored = new long[2];
        subjects.forEach(subject -> {
            coveredAndStored[0] += covers.stream().anyMatch(cover -> cover.covers(subject)) ? 1 : 0;
            coveredAndStored[1]++;
        });
        return new PreviewCount(
                PreviewCount.SCHEMA,
                preview.id(),
                identity.region(),
                identity.colo(),
                identity.instance(),
                coveredAndStored[0],
                coveredAndStored[1]);
    }
}
