package io.tidemark.originstub.webhooks;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.requests.RequestId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends a signed webhook (Standard Webhooks) for each change, each on a virtual thread of its own, and again until it is
 * taken, refused for good (a 4xx other than 408 and 429), or tried {@code stub.webhook.attempts} times. Past {@code
 * stub.webhook.max-pending} at once a webhook is given up unsent. Webhooks that are pending when the process ends are lost.
 *
 * <p>That they are not taken is said once for each kind of cause, not for each of them: {@code stub.webhooks} counts them by
 * outcome.
 */
@Component
public final class Webhooks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

    private final WebhookProperties properties;
    private final InstantSource clock;
    private final JsonMapper mapper;
    private final Semaphore room;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Outage outage;
    private final Map<Outcome, Counter> counts = new EnumMap<>(Outcome.class);

    Webhooks(WebhookProperties properties, InstantSource clock, JsonMapper mapper, MeterRegistry meters) {
        this.properties = properties;
        this.clock = clock;
        this.mapper = mapper;
        this.room = new Semaphore(properties.maxPending());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(properties.timeout())
                .build();
        this.outage = new Outage(
                log,
                "webhooks to " + properties.url() + " are not taken",
                "webhooks to " + properties.url() + " are taken");
        for (Outcome outcome : Outcome.values()) {
            counts.put(
                    outcome,
                    Counter.builder("stub.webhooks")
                            .description("Webhooks by what became of them, and attempts that are made again")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    private record Target(String tag) {}

    private record Body(List<Target> targets, String mode) {}

    private enum Outcome {
        TAKEN,
        REFUSED,
        TRY_AGAIN,
        GIVEN_UP
    }

    /** An answer that is not yes. */
    private static final class NotTaken extends IOException {
        NotTaken(String message) {
            super(message);
        }
    }

    private Outcome counted(Outcome outcome) {
        Objects.requireNonNull(counts.get(outcome)).increment();
        return outcome;
    }

    /** Starts to send the purge of a tag and returns at once. */
    public void send(String tag, @Nullable String requestId, @Nullable String traceparent) {
        if (!properties.isOn()) {
            return;
        }
        if (!room.tryAcquire()) {
            counted(Outcome.GIVEN_UP);
            outage.failed(new RejectedExecutionException(properties.maxPending() + " are pending, no more are sent"));
            return;
        }
        String body = mapper.writeValueAsString(new Body(List.of(new Target(tag)), "hard"));
        String id = "msg_" + UUID.randomUUID();
        String request = RequestId.of(requestId);
        executor.execute(() -> {
            try (var _ = MDC.putCloseable(RequestId.MDC_KEY, request)) {
                deliver(id, body, request, traceparent);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                log.debug("webhook {} given up: the stub stops", id);
            } finally {
                room.release();
            }
        });
    }

    private void deliver(String id, String body, String requestId, @Nullable String traceparent)
            throws InterruptedException {
        Duration delay = properties.firstDelay();
        for (int attempt = 1; attempt <= properties.attempts(); attempt++) {
            if (counted(attempt(id, body, requestId, traceparent, attempt)) != Outcome.TRY_AGAIN) {
                return;
            }
            Thread.sleep(delay);
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(properties.maxDelay()) > 0 ? properties.maxDelay() : doubled;
        }
        counted(Outcome.GIVEN_UP);
        log.debug("webhook {} given up after {} attempts", id, properties.attempts());
    }

    private Outcome attempt(String id, String body, String requestId, @Nullable String traceparent, int attempt)
            throws InterruptedException {
        long timestamp = clock.instant().getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(properties.url())
                .timeout(properties.timeout())
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", sign(id, timestamp, body))
                .header(RequestId.HEADER, requestId)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (traceparent != null) {
            request.header("traceparent", traceparent);
        }
        try {
            int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
            log.debug("webhook {} answered with {} at attempt {}", id, status, attempt);
            if (status / 100 == 2) {
                outage.over();
                return Outcome.TAKEN;
            }
            outage.failed(new NotTaken("answered with " + status));
            if (status / 100 == 4 && status != 408 && status != 429) {
                return Outcome.REFUSED;
            }
        } catch (IOException unreachable) {
            outage.failed(unreachable);
        }
        return Outcome.TRY_AGAIN;
    }

    private String sign(String id, long timestamp, String body) {
        try {
            return new Webhook(properties.secret()).sign(id, timestamp, body);
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        int pending = properties.maxPending() - room.availablePermits();
        if (pending > 0) {
            log.warn("{} webhooks are given up: the stub stops", pending);
        }
        executor.shutdownNow();
        client.close();
    }
}
