package io.tidemark.originstub.webhooks;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.tidemark.commons.requests.RequestId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
 * stub.webhook.max-pending} at once a webhook is given up unsent, with a line in the log. Webhooks that are pending when
 * the process ends are lost.
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

    Webhooks(WebhookProperties properties, InstantSource clock, JsonMapper mapper) {
        this.properties = properties;
        this.clock = clock;
        this.mapper = mapper;
        this.room = new Semaphore(properties.maxPending());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(properties.timeout())
                .build();
    }

    private record Target(String tag) {}

    private record Body(java.util.List<Target> targets, String mode) {}

    private enum Outcome {
        TAKEN,
        REFUSED,
        TRY_AGAIN
    }

    /** Starts to send the purge of a tag and returns at once. */
    public void send(String tag, @Nullable String requestId, @Nullable String traceparent) {
        if (!properties.isOn()) {
            return;
        }
        if (!room.tryAcquire()) {
            log.error("webhook for {} given up: {} are pending", tag, properties.maxPending());
            return;
        }
        String body = mapper.writeValueAsString(new Body(java.util.List.of(new Target(tag)), "hard"));
        String id = "msg_" + UUID.randomUUID();
        String request = RequestId.of(requestId);
        executor.execute(() -> {
            try (var _ = MDC.putCloseable(RequestId.MDC_KEY, request)) {
                deliver(id, body, request, traceparent);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                log.warn("webhook {} given up: the stub stops", id);
            } finally {
                room.release();
            }
        });
    }

    private void deliver(String id, String body, String requestId, @Nullable String traceparent)
            throws InterruptedException {
        Duration delay = properties.firstDelay();
        for (int attempt = 1; attempt <= properties.attempts(); attempt++) {
            if (attempt(id, body, requestId, traceparent, attempt) != Outcome.TRY_AGAIN) {
                return;
            }
            Thread.sleep(delay);
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(properties.maxDelay()) > 0 ? properties.maxDelay() : doubled;
        }
        log.error("webhook {} given up after {} attempts", id, properties.attempts());
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
            if (status / 100 == 2) {
                log.debug("webhook {} taken with {} at attempt {}", id, status, attempt);
                return Outcome.TAKEN;
            }
            if (status / 100 == 4 && status != 408 && status != 429) {
                log.error("webhook {} refused with {}: it is not sent again", id, status);
                return Outcome.REFUSED;
            }
            log.warn("webhook {} answered with {} at attempt {}", id, status, attempt);
        } catch (IOException unreachable) {
            log.warn("webhook {} not delivered at attempt {}: {}", id, attempt, unreachable.toString());
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
        executor.shutdownNow();
        client.close();
    }
}
