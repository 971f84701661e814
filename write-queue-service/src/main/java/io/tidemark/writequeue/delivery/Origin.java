package io.tidemark.writequeue.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.tidemark.commons.origins.ConnectFailure;
import io.tidemark.commons.origins.OriginAddress;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Write;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
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
    private final Counter repeated;
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
        this.repeated = Counter.builder("tidemark.writes.calls.repeated")
                .description("calls that were lost with a kept connection and made again over a new one")
                .tag("origin", name)
                .register(meters);
        this.droppedGroups = Counter.builder("tidemark.writes.groups.dropped")
                .description("groups in Cache-Group-Invalidation that no purge can name")
                .tag("origin", name)
                .register(meters);
        this.http = http;
    }

    String name() {
        return name;
    }

    /** Where it is called. */
    String host() {
        return String.valueOf(base.getHost());
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

    /**
     * Calls the origin. The time of the whole answer is bounded. A call that is lost with a kept connection is repeated, once and at
     * once, over a new one (RFC 9112 §9.3.1, RFC 9110 §9.2.2): the write's key makes it idempotent.
     */
    AttemptOutcome send(WriteType type, Write write) throws InterruptedException {
        URI target;
        try {
            target = base.resolve(type.path().fill(write.data()));
        } catch (IllegalArgumentException unsendable) { // a path that HTTP does not allow
            return new AttemptOutcome.Unanswered("the request cannot be sent: " + unsendable.getMessage());
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        OriginCall call = new OriginCall();
        CompletableFuture<@Nullable AttemptOutcome> answer = sent(call, http.client(), target, type, write);
        try {
            return outcome(call, answer, deadline);
        } catch (ExecutionException failure) {
            if (!call.isLostWithItsConnection(cause(failure))) {
                return failed(call, failure);
            }
        }
        repeated.increment();
        OriginCall again = new OriginCall();
        try {
            return outcome(again, sent(again, http.unpooled(), target, type, write), deadline);
        } catch (ExecutionException failure) {
            return failed(again, failure);
        }
    }

    private CompletableFuture<@Nullable AttemptOutcome> sent(
            OriginCall call, HttpClient client, URI target, WriteType type, Write write) {
        return client.headers(fields -> setFields(fields, write))
                .doOnRequest((_, connection) -> call.begin(connection.channel()))
                .request(HttpMethod.valueOf(type.method()))
                .uri(target)
                .send((head, out) -> send(type, write, head, out))
                .response((head, content) -> {
                    call.answered();
                    return answered(head, content);
                })
                .single()
                .toFuture();
    }

    private AttemptOutcome outcome(OriginCall call, CompletableFuture<@Nullable AttemptOutcome> answer, long deadline)
            throws InterruptedException, ExecutionException {
        try {
            AttemptOutcome outcome =
                    Objects.requireNonNull(answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
            judge(call.connection(), outcome);
            return outcome;
        } catch (TimeoutException late) {
            answer.cancel(true);
            return missed(call.connection());
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            throw interrupted;
        }
    }

    private AttemptOutcome failed(OriginCall call, ExecutionException failure) {
        AttemptOutcome outcome = failed(cause(failure), call.connection() != null);
        judge(call.connection(), outcome);
        return outcome;
    }

    private static Throwable cause(ExecutionException failure) {
        return failure.getCause() == null ? failure : failure.getCause();
    }

    private AttemptOutcome missed(@Nullable Channel connection) {
        String error = "no answer within " + timeout.toMillis() + " ms";
        AttemptOutcome outcome = connection == null
                ? new AttemptOutcome.Unsent(ConnectFailure.TIMEOUT, error)
                : new AttemptOutcome.Unanswered(error);
        judge(connection, outcome);
        return outcome;
    }

    /** So that one of several addresses that fails is left out. */
    private void judge(@Nullable Channel connection, AttemptOutcome outcome) {
        if (connection != null) {
            OriginAddress address = http.names().address(connection);
            switch (outcome) {
                case AttemptOutcome.Answered answered -> address.answered(answered.status());
                case AttemptOutcome.Unanswered _, AttemptOutcome.Unsent _ -> address.failed();
            }
        }
    }

    /**
     * What a call is that brought no answer.
     *
     * @param isSent whether it got a connection
     */
    static AttemptOutcome failed(Throwable failure, boolean isSent) {
        String error =
                failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
        return ConnectFailure.of(failure)
                .filter(why -> !isSent || isSurelyUnsent(why, failure))
                .<AttemptOutcome>map(why -> new AttemptOutcome.Unsent(why, why.meaning() + " (" + error + ')'))
                .orElseGet(() -> new AttemptOutcome.Unanswered(error));
    }

    /** TLS 1.3 is agreed to before the origin has looked at the client's certificate. */
    private static boolean isSurelyUnsent(ConnectFailure why, Throwable failure) {
        return why != ConnectFailure.TLS || failure instanceof SSLHandshakeException;
    }

    private static void setFields(HttpHeaders fields, Write write) {
        fields.set("Idempotency-Key", write.idempotencyKey()).set("X-Idempotency-Key", write.idempotencyKey());
        fields.set(HttpHeaderNames.USER_AGENT, "tidemark");
        if (write.requestId() != null) {
            fields.set(RequestId.HEADER, write.requestId());
        }
        if (write.traceparent() != null) {
            fields.set("traceparent", write.traceparent());
        }
    }

    private Publisher<Void> send(WriteType type, Write write, HttpClientRequest head, NettyOutbound out) {
        if (type.method().equals("DELETE")) {
            return out;
        }
        byte[] body = json.writeValueAsBytes(write.data());
        head.requestHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return out.sendByteArray(Mono.just(body));
    }

    private Mono<AttemptOutcome> answered(HttpClientResponse head, ByteBufFlux content) {
        BoundedBody body = new BoundedBody(keptBytes);
        HttpHeaders fields = head.responseHeaders();
        return content.takeUntil(body::isPastLimit)
                .then(Mono.fromSupplier(() -> new AttemptOutcome.Answered(
                        head.status().code(),
                        Optional.ofNullable(fields.get(HttpHeaderNames.RETRY_AFTER))
                                .flatMap(value -> RetryAfter.parse(value, clock.instant())),
                        groups(fields.getAll("Cache-Group-Invalidation")),
                        Optional.of(body.text()).filter(_ -> keptBytes > 0))));
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
