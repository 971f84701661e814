package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AttributeKey;
import io.tidemark.commons.http.HttpDate;
import io.tidemark.commons.origins.OriginConnections;
import io.tidemark.commons.origins.OriginNames;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sends requests to origins over pooled connections, HTTP/1.1 or, where TLS agrees to it, HTTP/2. Fails with {@link OriginFailure}, or with what its request's
 * content failed with ({@link UploadFailure}), which no breaker counts. Thread-safe.
 *
 * <p>A request without a body whose method is GET or HEAD is sent again when it got no connection or its connection ended
 * without a response, as often as {@link Limits#retries} says and the origin's {@link RetryBudget} allows: at once where
 * the connection was used before, for the origin may close an idle one at any moment, else after a short pause. What took
 * too long is not sent again, nothing else is ever sent twice.
 */
public final class OriginClient implements Origins, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OriginClient.class);
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf("tidemark.origin.used");
    private static final String EVENTS = "text/event-stream";
    private static final int MAX_HEAD_BYTES = 256 * 1024;

    /** Unused connections are closed after this. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** Before a retry, which waits once to twice as long. */
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final ConnectionProvider connections;
    private final HttpClient client;
    private final Map<OriginTimeouts, HttpClient> clients = new ConcurrentHashMap<>(); // those of the policies
    private final InstantSource clock;
    private final OriginBreakers breakers;
    private final MeterRegistry metrics;
    private final Limits limits;
    private final OriginBulkheads bulkheads;
    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>(); // one for each origin of the routes
    private final OriginTroubles troubles = new OriginTroubles();
    private final ClockSkew skew;
    private final OriginNames names;
    private final Map<Ended, Timer> timers = new ConcurrentHashMap<>();
    private final LongAdder calls = new LongAdder();

    /** How far an attempt got: to which connection, and whether to one that was used before. */
    private static final class Attempt {
        private volatile @Nullable Channel connection;
        private volatile boolean reused;
    }

    private record Ended(String origin, String outcome) {}

    /**
     * What calls to each origin may cost.
     *
     * @param maxConnections calls under way to one origin, of all routes, each on a connection of its own
     * @param maxWaiting calls that may wait for their turn at one origin
     * @param maxWait how long each may wait
     * @param retries how often a safe request is sent again at most
     * @param retryShare retries per call that an origin may cost on average, beside a reserve of {@link RetryBudget#RESERVE}
     * @param connectionLife the longest that a connection is used for calls
     */
    public record Limits(
            int maxConnections,
            int maxWaiting,
            Duration maxWait,
            int retries,
            double retryShare,
            Duration connectionLife) {}

    /**
     * @param http a client over these connections, with its TLS and its way out
     * @param names whose addresses its connections lead to
     */
    public OriginClient(
            Limits limits,
            Function<ConnectionProvider, HttpClient> http,
            OriginNames names,
            OriginBreakers breakers,
            InstantSource clock,
            MeterRegistry metrics) {
        this.clock = clock;
        this.breakers = breakers;
        this.metrics = metrics;
        this.skew = new ClockSkew(metrics);
        this.limits = limits;
        this.names = names;
        this.bulkheads = new OriginBulkheads(
                limits.maxConnections(), limits.maxWaiting(), limits.maxWait(), TimeoutScheduler.shared(), metrics);
        this.connections = ConnectionProvider.builder("origins")
                .maxConnections(limits.maxConnections())
                .pendingAcquireMaxCount(-1) // no more than have a place
                .pendingAcquireTimeout(limits.maxWait())
                .metrics(true, () -> bulkheads)
                .evictionPredicate(OriginConnections.letGo(names, IDLE))
                .maxLifeTime(limits.connectionLife().multipliedBy(4).dividedBy(5))
                .maxLifeTimeVariance(0.25)
                .evictInBackground(LOOK_EVERY)
                .lifo()
                .build();
        this.client = http.apply(connections)
                .disableRetry(true)
                .followRedirect(false)
                .compress(false) // what is passed on is passed on as it came
                .http2Settings(settings -> settings.maxHeaderListSize(MAX_HEAD_BYTES))
                .httpResponseDecoder(spec -> spec.maxHeaderSize(MAX_HEAD_BYTES).maxInitialLineLength(MAX_HEAD_BYTES));
    }

    /** As it says there, unless the origin's breaker is open: then it fails at once. */
    @Override
    public Mono<OriginAnswer> call(OriginRequest request) {
        return Mono.defer(() -> {
            String origin = request.origin();
            OriginBreaker.Permit permit = breakers.tryCall(origin, Origins.path(request.uri()));
            if (permit == null) {
                return Mono.error(new OriginFailure(Reason.BREAKER_OPEN, origin, null));
            }
            calls.increment();
            if (request.isRepeatable()) {
                budget(origin).called();
            }
            long start = System.nanoTime();
            return bulkheads
                    .within(origin, attempt(request, limits.retries()))
                    .doOnNext(answer -> {
                        long took = System.nanoTime() - start;
                        permit.answered(took);
                        troubles.answered(origin);
                        ended(request, answer.status() / 100 + "xx", took);
                    })
                    .doOnError(failure -> {
                        long took = System.nanoTime() - start;
                        if (failure instanceof OriginFailure ofOrigin) {
                            permit.failed(ofOrigin, took);
                            troubles.failed(origin, ofOrigin, start + took);
                            ended(request, ofOrigin.reason().label(), took);
                        } else {
                            permit.abandoned(); // the client's fault says nothing of the origin
                            ended(request, outcome(failure), took);
                        }
                    })
                    .doOnCancel(permit::abandoned);
        });
    }

    /** Whether calls wait for a place at the origin of this URI. */
    public boolean isAwaited(URI uri) {
        return bulkheads.isAwaited(Origins.name(uri));
    }

    private void ended(OriginRequest request, String outcome, long nanos) {
        timers.computeIfAbsent(
                        new Ended(request.origin(), outcome),
                        ended -> metrics.timer(
                                "tidemark.origin.calls", "origin", ended.origin, "outcome", ended.outcome))
                .record(nanos, TimeUnit.NANOSECONDS);
        if (log.isDebugEnabled()) {
            log.atDebug()
                    .addKeyValue(RequestId.MDC_KEY, request.headers().first(RequestId.HEADER))
                    .addKeyValue("method", request.method())
                    .addKeyValue("uri", request.uri())
                    .addKeyValue("outcome", outcome)
                    .addKeyValue("tookMicros", nanos / 1000)
                    .log("origin call");
        }
    }

    /** How many requests were sent since the start, those that were sent twice counted once. */
    public long calls() {
        return calls.sum();
    }

    /** The clock that the times of responses are told by was set by so much. */
    public void clockSet(Duration step) {
        skew.stepped(step);
    }

    public OriginBreakers breakers() {
        return breakers;
    }

    @Override
    public Duration downFor(URI uri) {
        return breakers.downFor(Origins.name(uri), Origins.path(uri));
    }

    private RetryBudget budget(String origin) {
        return budgets.computeIfAbsent(origin, _ -> new RetryBudget(limits.retryShare()));
    }

    private Mono<OriginAnswer> attempt(OriginRequest request, int retries) {
        return Mono.defer(() -> {
            Attempt attempt = new Attempt();
            Mono<OriginAnswer> first = attempt(request, attempt);
            return retries == 0 || !request.isRepeatable()
                    ? first
                    : first.onErrorResume(
                            OriginFailure.class, failure -> retry(request, retries, failure, attempt.reused));
        });
    }

    private Mono<OriginAnswer> retry(OriginRequest request, int retries, OriginFailure failure, boolean reused) {
        boolean mayBeIdleClose = reused && failure.reason() == Reason.MALFORMED;
        if (!mayBeIdleClose && !failure.reason().isWorthRetry()) {
            return Mono.error(failure);
        }
        boolean within = budget(request.origin()).takeRetry();
        metrics.counter("tidemark.origin.retries", "origin", request.origin(), "sent", Boolean.toString(within))
                .increment();
        if (!within) {
            return Mono.error(failure);
        }
        Mono<OriginAnswer> again = attempt(request, retries - 1);
        return reused
                ? again
                : again.delaySubscription(
                        PAUSE.plusMillis(ThreadLocalRandom.current().nextLong(PAUSE.toMillis())));
    }

    private Mono<OriginAnswer> attempt(OriginRequest request, Attempt attempt) {
        Instant requestTime = clock.instant();
        return client(request.timeouts())
                .request(HttpMethod.valueOf(request.method()))
                .uri(request.uri())
                .send((head, out) -> send(request, head, out, attempt))
                .responseConnection((response, connection) -> answer(request, response, connection, requestTime))
                .single()
                .onErrorMap(failure -> failure(failure, request.origin(), attempt));
    }

    /** Kept, for each of Reactor Netty's settings copies all of them. */
    private HttpClient client(OriginTimeouts timeouts) {
        HttpClient known = clients.get(timeouts);
        return known != null
                ? known
                : clients.computeIfAbsent(
                        timeouts,
                        _ -> client.option(
                                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                        Math.toIntExact(timeouts.connect().toMillis()))
                                .responseTimeout(timeouts.firstByte()));
    }

    private static Publisher<Void> send(
            OriginRequest request, HttpClientRequest head, NettyOutbound out, Attempt attempt) {
        out.withConnection(connection -> {
            boolean again = connection.channel().attr(USED).getAndSet(true) != null;
            attempt.reused = again;
            attempt.connection = connection.channel();
            if (!again) {
                ResponseFraming.addTo(connection.channel().pipeline());
                RequestTargets.addTo(connection.channel().pipeline());
            }
            connection.channel().attr(ResponseFraming.INTERIM).set(request.interim());
            connection.channel().attr(RequestTargets.TARGET).set(request.target());
        });
        HttpHeaders fields = head.requestHeaders();
        fields.clear();
        for (Headers.Field field : request.headers()) {
            fields.add(field.name(), field.value());
        }
        Publisher<ByteBuf> body = request.body();
        if (body == null) {
            return out;
        }
        if (!fields.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return out.send(body);
    }

    private Mono<OriginAnswer> answer(
            OriginRequest request, HttpClientResponse response, Connection connection, Instant requestTime) {
        int status = response.status().code();
        if (status < 200 || status > 999) {
            connection.dispose(); // a switch of protocols that nobody asked for, or no status at all
            return Mono.error(new OriginFailure(Reason.MALFORMED, request.origin(), null));
        }
        if (isOfEvents(response)) {
            connection.removeHandler(NettyPipeline.ResponseTimeoutHandler); // the next event may be hours away
        }
        names.address(connection.channel()).answered(status);
        Instant responseTime = clock.instant();
        Headers received = HopByHop.removedFrom(Headers.copyOf(response.responseHeaders()));
        Duration apart = skew.responded(request.origin(), received, responseTime, System.nanoTime());
        // RFC 9110 §6.6.1: who passes a response on without a Date adds when it came.
        Headers headers = received.has("Date") ? received : received.with("Date", HttpDate.format(responseTime));
        Flux<ByteBuf> body =
                connection.inbound().receive().retain().onErrorMap(failure -> sent(failure, request.origin()));
        return Mono.just(new OriginAnswer(status, headers, requestTime, responseTime, apart, body));
    }

    private static boolean isOfEvents(HttpClientResponse response) {
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE, "");
        return type.regionMatches(true, 0, EVENTS, 0, EVENTS.length());
    }

    private static String outcome(Throwable failure) {
        return failure instanceof UploadFailure upload ? upload.reason().label() : "unexpected";
    }

    private Throwable failure(Throwable failure, String origin, Attempt attempt) {
        Channel connection = attempt.connection;
        if (connection == null) {
            return failure instanceof UploadFailure ? failure : OriginFailure.of(origin, failure);
        }
        Throwable sent = sent(failure, origin);
        if (sent instanceof OriginFailure) {
            names.address(connection).failed();
        }
        return sent;
    }

    private static Throwable sent(Throwable failure, String origin) {
        return failure instanceof UploadFailure ? failure : OriginFailure.sent(origin, failure);
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
