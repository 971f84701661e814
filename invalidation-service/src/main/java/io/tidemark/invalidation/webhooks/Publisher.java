package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Publishes a purge and waits until it is in the log, within {@code tidemark.webhooks.publish-timeout}. */
@Component
public class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Outage outage =
            new Outage(log, "purges are not acknowledged by the purge log", "purges are acknowledged again");
    private final PurgeLog purgeLog;
    private final TopicWatch topics;
    private final Duration timeout;

    Publisher(PurgeLog purgeLog, TopicWatch topics, WebhooksProperties properties) {
        this.purgeLog = purgeLog;
        this.topics = topics;
        this.timeout = properties.publishTimeout();
    }

    /**
     * Publishes it and answers its position.
     *
     * @throws RefusedException 503, if the log does not answer in time: publishing again does no harm; 413, if it is larger than what
     *     the log takes
     */
    public Position publish(Purge purge) {
        long start = System.nanoTime();
        try {
            Position position = purgeLog.publish(purge).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
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
            throw unavailable();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable();
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

    /** Sent again it would be as large. */
    private RefusedException tooLarge(Purge purge) {
        OptionalInt most = topics.largestRecord(Topics.PURGES);
        return new RefusedException(
                HttpStatus.CONTENT_TOO_LARGE,
                "purge-too-large",
                "The purge is too large for the purge log",
                "a purge is one record of the purge log, and this one of "
                        + purge.targets().size() + " targets takes "
                        + RecordCodec.PURGE.encode(purge).length
                        + " bytes, where "
                        + (most.isPresent() ? "at most " + most.getAsInt() + " fit" : "fewer fit")
                        + "; send its targets in several requests");
    }

    private static RefusedException unavailable() {
        return new RefusedException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "purge-log-unavailable",
                        "The purge log is out of reach",
                        "the purge was not acknowledged by the purge log; the same request may be sent again")
                .retryAfter(RETRY_AFTER);
    }
}
