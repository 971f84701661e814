package io.tidemark.gateway.log;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
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
import org.springframework.context.SmartLifecycle;

/**
 * Has the questions of a topic answered, one after another, on a thread of its own. Those from before the start are passed over, and
 * those that are older than {@link #PATIENCE}: by then nobody waits for the answer.
 */
final class QuestionReader implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(QuestionReader.class);

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final String name;
    private final TopicPartition questions;
    private final Responder responder;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Outage outage;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable Thread thread;

    /** Answers a question, or passes it over. */
    @FunctionalInterface
    interface Responder {
        /** Answers it; what cannot be read fails with {@link UnreadableRecordException}. */
        void answer(byte[] question);
    }

    /** @param name of the thread, and what the questions are called in the log */
    QuestionReader(String name, String topic, Responder responder, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.name = name;
        this.questions = new TopicPartition(topic, 0);
        this.responder = responder;
        this.consumers = consumers;
        this.outage = new Outage(log, "Questions (" + name + ") cannot be read", "Questions (" + name + ") are read");
    }

    @Override
    public synchronized void start() {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
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
            reading.assign(List.of(questions));
            reading.seekToEnd(List.of(questions));
            reading.position(questions); // fails where they may not be read
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
                responder.answer(question);
            }
        } catch (UnreadableRecordException unreadable) {
            log.warn("one of the {} cannot be read", name, unreadable);
        }
    }
}
