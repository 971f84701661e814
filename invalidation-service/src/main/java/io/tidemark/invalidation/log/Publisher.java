package io.tidemark.invalidation.log;

import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.commons.tracing.Span;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes a purge and waits until it is in the log. Thread-safe; blocks. */
public class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private final Outage outage =
            new Outage(log, "purges are not acknowledged by the purge log", "purges are acknowledged again");
    private final PurgeLog purgeLog;
    private final TopicWatch topics;
    private final Duration timeout;

    /** @param timeout how long it waits for the log */
    public Publisher(PurgeLog purgeLog, TopicWatch topics, Duration timeout) {
        this.purgeLog = purgeLog;
        this.topics = topics;
        this.timeout = timeout;
    }

    /**
     * Publishes it and answers its position.
     *
     * @throws NotPublishedException if the log does not answer in time, or the purge is larger than what it takes
     */
    public Position publish(Purge purge) {
        return publish(purge, Span.NONE);
    }

    /**
     * The same as a part of a step.
     *
     * @throws NotPublishedException if the log does not answer in time, or the purge is larger than what it takes
     */
    public Position publish(Purge purge, Span span) {
        long start = System.nanoTime();
        try {
            Position position = purgeLog.publish(purge, span).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            outage.over();
            log.atDebug()
                    .addKeyValue("purge", purge.id())
                    .addKeyValue("source", purge.source())
                    .addKeyValue("targets", purge.targets().size())
                    .addKeyValue("position", position)
                    .addKeyValue("tookMicros", (System.nanoTime() - start) / 1000)
                    .log("purge published");
            return position;
        } catch (ExecutionException | TimeoutException | PurgeLogUnavailableException failure) {
            if (isTooLarge(failure)) {
                throw tooLarge(purge);
            }
            outage.failed(failure);
            throw new NotPublishedException.OutOfReach();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NotPublishedException.OutOfReach();
        }
    }

    private static boolean isTooLarge(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return true;
            }
        }
        return false;
    }

    private NotPublishedException tooLarge(Purge purge) {
        return new NotPublishedException.TooLarge(
                purge.targets().size(), RecordCodec.PURGE.encode(purge).length, topics.largestRecord(Topics.PURGES));
    }
}
