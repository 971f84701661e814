package io.tidemark.local.suite.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Asks the suite's only broker, as a plain client would, until it says who leads the purge log: whatever works later than that was
 * late by itself. Thread-safe.
 */
final class BrokerWatch implements AutoCloseable {
    private static final String BOOTSTRAP = "127.0.0.1:19092";
    private static final String PURGE_LOG = "tidemark.purges";
    private static final int PATIENCE_MILLIS = 1000;

    private final long began = System.nanoTime();
    private final Thread asking = Thread.ofVirtual().start(this::ask);
    private volatile long answeredMs = -1;

    private void ask() {
        while (answeredMs < 0 && !Thread.currentThread().isInterrupted()) {
            try (Admin admin = Admin.create(Map.of(
                    "bootstrap.servers",
                    BOOTSTRAP,
                    "reconnect.backoff.max.ms",
                    100,
                    "request.timeout.ms",
                    PATIENCE_MILLIS,
                    "default.api.timeout.ms",
                    PATIENCE_MILLIS))) {
                boolean isLed = admin
                        .describeTopics(List.of(PURGE_LOG))
                        .allTopicNames()
                        .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .values()
                        .stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.leader() != null);
                if (isLed) {
                    answeredMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException notYet) {
                // it is asked again
            }
        }
    }

    /** When it was; empty: there is none, or not yet. */
    String summary() {
        return answeredMs < 0 ? "" : "the broker itself after " + answeredMs + " ms, ";
    }

    @Override
    public void close() {
        asking.interrupt();
    }
}
