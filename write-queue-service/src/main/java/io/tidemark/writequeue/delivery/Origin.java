package io.tidemark.writequeue.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.origins.ConnectFailure;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP service that writes are delivered to: bounded attempts at once, a breaker, timeouts. Thread-safe. */
final class Origin implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Origin.class);

    private final String name;
    private final URI base;
    private final Duration timeout;
    private final int keptBytes;
    private final Semaphore permits;
    private final CircuitBreaker breaker;
    private final OriginHttp http;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Counter droppedGroups;
    private final AtomicBoolean dropsGroups = new AtomicBoolean();

    Origin(
            String name,
            WriteTypesProperties.Origin properties,
            int keptBytes,
            OriginHttp http,
            CircuitBreaker breaker,
            JsonMapper json,
            InstantSource clock,
            MeterRegistry meters) {
        this.name = name;
        this.base = properties.url();
        this.timeout = properties.timeout();
        this.keptBytes = keptBytes;
        this.permits = new Semaphore(properties.maxInFlight(), true);
        this.breaker = breaker;
        this.json = json;
        this.clock = clock;
        this.droppedGroups = Counter.builder("tidemark.writes.groups.dropped")
                .description("groups in Cache-Group-Invalidation that no purge can name")
                .tag("origin", name)
                .register(meters);
        this.http = http;
    }

    String name() {
        return name;
    }

    /** A permit for one attempt, if one comes free within the time; to be given back by {@link #leave}. */
    boolean enter(Duration patience) throws InterruptedException {
        return permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    void leave() {
        permits.release();
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /** Calls the origin once. The time of the whole answer is bounded. */
    AttemptOutcome send(WriteType type, Write write) throws InterruptedException {
        HttpRequest request;
        try {
            request = request(type, write);
        } catch (IllegalArgumentException unsendable) { // a header or a path that HTTP does not allow
            return new AttemptOutcome.Unanswered("the request cannot be sent: " + unsendable.getMessage());
        }
        var answer = http.client().sendAsync(request, _ -> new BoundedBody(keptBytes));
        try {
            return answered(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            answer.cancel(true);
            return new AttemptOutcome.Unanswered("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException failure) {
            return failed(failure.getCause() == null ? failure : failure.getCause());
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            throw interrupted;
        }
    }

    /** What a call is that brought no answer. */
    static AttemptOutcome failed(Throwable failure) {
        String error =
                failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
        return ConnectFailure.of(failure)
                .filter(why -> isSurelyUnsent(why, failure))
                .<AttemptOutcome>map(why -> new AttemptOutcome.Unsent(why, why.meaning() + " (" + error + ')'))
                .orElseGet(() -> new AttemptOutcome.Unanswered(error));
    }

    /** TLS can fail later too, when the request was on its way. */
    private static boolean isSurelyUnsent(ConnectFailure why, Throwable failure) {
        return why != ConnectFailure.TLS
                || failure instanceof SSLHandshakeException
                || String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("unrecognized ssl message");
    }

    private HttpRequest request(WriteType type, Write write) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        base.resolve(type.path().fill(write.data())))
                .timeout(timeout)
                .header("Idempotency-Key", write.idempotencyKey())
                .header("X-Idempotency-Key", write.idempotencyKey());
        if (write.requestId() != null) {
            request.header(RequestId.HEADER, write.requestId());
        }
        if (write.traceparent() != null) {
            request.header("traceparent", write.traceparent());
        }
        if (type.method().equals("DELETE")) {
            return request.DELETE().build();
        }
        return request.header("Content-Type", "application/json")
                .method(type.method(), HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(write.data())))
                .build();
    }

    private AttemptOutcome answered(HttpResponse<String> answer) {
        return new AttemptOutcome.Answered(
                answer.statusCode(),
                answer.headers().firstValue("Retry-After").flatMap(value -> RetryAfter.parse(value, clock.instant())),
                groups(answer.headers().allValues("Cache-Group-Invalidation")),
                Optional.of(answer.body()).filter(_ -> keptBytes > 0));
    }

    private CacheGroups groups(List<String> fieldLines) {
        CacheGroups groups = fieldLines.isEmpty() ? CacheGroups.NONE : CacheGroups.parse(fieldLines);
        if (groups.dropped() > 0) {
            droppedGroups.increment(groups.dropped());
            log.atLevel(dropsGroups.getAndSet(true) ? Level.DEBUG : Level.WARN)
                    .log(
                            "origin {}: {} of its groups in Cache-Group-Invalidation cannot be purged (counted from"
                                    + " now on)",
                            name,
                            groups.dropped());
        }
        return groups;
    }

    @Override
    public void close() {
        http.close();
    }
}
