package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.purgelog.PurgeLogUnavailableException;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Publishes a purge and waits until it is in the log, within {@code tidemark.webhooks.publish-timeout}. */
@Component
public class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final PurgeLog purgeLog;
    private final Duration timeout;

    Publisher(PurgeLog purgeLog, WebhooksProperties properties) {
        this.purgeLog = purgeLog;
        this.timeout = properties.publishTimeout();
    }

    /**
     * Publishes it and answers its position.
     *
     * @throws RefusedException 503, if the log does not answer in time; publishing again does no harm
     */
    public Position publish(Purge purge) {
        long start = System.nanoTime();
        try {
            Position position = purgeLog.publish(purge).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            log.atDebug()
                    .addKeyValue("purge", purge.id())
                    .addKeyValue("source", purge.source())
                    .addKeyValue("targets", purge.targets().size())
                    .addKeyValue("position", position)
                    .addKeyValue("tookMicros", (System.nanoTime() - start) / 1000)
                    .log("purge published");
            return position;
        } catch (ExecutionException | TimeoutException | PurgeLogUnavailableException failure) {
            log.warn("purge {} of {} was not acknowledged by the purge log", purge.id(), purge.source(), failure);
            throw unavailable();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
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
