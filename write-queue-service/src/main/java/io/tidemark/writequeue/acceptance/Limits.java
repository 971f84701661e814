package io.tidemark.writequeue.acceptance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.writequeue.requests.Refusal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What clients hold of this instance: streams, waits, bodies. Thread-safe. */
@Component
@EnableConfigurationProperties(LimitsProperties.class)
class Limits {
    private static final int RETRY_SECONDS = 5;
    private static final int PATIENCE_SECONDS = 2;

    private final LimitsProperties properties;
    private final Semaphore streams;
    private final Semaphore waits;
    private final Semaphore bodies;
    private final Map<String, Integer> ofClients = new ConcurrentHashMap<>();
    private final Counter refused;

    /** Something that is held until it is closed, once. */
    @FunctionalInterface
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    Limits(LimitsProperties properties, MeterRegistry meters) {
        this.properties = properties;
        this.streams = new Semaphore(properties.streams());
        this.waits = new Semaphore(properties.waits());
        this.bodies = new Semaphore(Math.toIntExact(properties.bodies().toBytes()), true);
        this.refused = Counter.builder("tidemark.writes.limited")
                .description("requests that were refused because clients hold too much of this instance")
                .register(meters);
        Gauge.builder("tidemark.writes.streams", () -> properties.streams() - streams.availablePermits())
                .description("streams of status changes that are open")
                .register(meters);
        Gauge.builder("tidemark.writes.waits", () -> properties.waits() - waits.availablePermits())
                .description("requests that wait for their write to end")
                .register(meters);
    }

    /** A place for a stream; fails with 429 or 503 if there is none. */
    Held stream(String client, boolean named) {
        if (named && ofClients.merge(client, 1, Integer::sum) > properties.clientStreams()) {
            leave(client);
            throw refusal(HttpStatus.TOO_MANY_REQUESTS, "this client has " + properties.clientStreams() + " streams");
        }
        if (!streams.tryAcquire()) {
            if (named) {
                leave(client);
            }
            throw refusal(HttpStatus.SERVICE_UNAVAILABLE, "there are " + properties.streams() + " streams here");
        }
        return () -> {
            streams.release();
            if (named) {
                leave(client);
            }
        };
    }

    private void leave(String client) {
        ofClients.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }

    /** A place to wait; nothing if there is none: waiting is a preference. */
    Optional<Held> waiting() {
        return waits.tryAcquire() ? Optional.of(waits::release) : Optional.empty();
    }

    /** Room for a body; waits a moment for it, and fails with 503 if there is none. */
    Held body(long bytes) throws InterruptedException {
        int room = (int) Math.min(Math.max(bytes, 1024), properties.bodies().toBytes());
        if (!bodies.tryAcquire(room, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw refusal(HttpStatus.SERVICE_UNAVAILABLE, "too many bodies are being read here");
        }
        return () -> bodies.release(room);
    }

    private org.springframework.web.ErrorResponseException refusal(HttpStatus status, String detail) {
        refused.increment();
        return Refusal.of(
                status, "overloaded", "Too much at once", detail + "; come again a little later", RETRY_SECONDS);
    }
}
