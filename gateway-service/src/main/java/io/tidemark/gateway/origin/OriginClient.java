package io.tidemark.gateway.origin;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.commons.origins.OriginNames;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Calls origins: within their limits, past no open breaker, again where that is safe. Fails with {@link OriginFailure}, or with
 * what its request's content failed with ({@link UploadFailure}), which no breaker counts. Thread-safe.
 *
 * <p>A request without a body whose method is GET or HEAD is sent again when it got no connection or its connection ended
 * without a response, as often as {@link Limits#retries} says and the origin's {@link RetryBudget} allows: at once where
 * the connection was used before, for the origin may close an idle one at any moment, else after a short pause. What took
 * too long is not sent again, nothing else is ever sent twice.
 */
public final class OriginClient implements Origins, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OriginClient.class);

    /** Before a retry, which waits once to twice as long. */
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final OriginHttp http;
    private final OriginBreakers breakers;
    private final MeterRegistry metrics;
    private final Limits limits;
    private final OriginBulkheads bulkheads;
    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>(); // one for each origin of the routes
    private final OriginTroubles troubles = new OriginTroubles();
    private final Map<Ended, Timer> timers = new ConcurrentHashMap<>();
    private final LongAdder calls = new LongAdder();

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
        this.breakers = breakers;
        this.metrics = metrics;
        this.limits = limits;
        this.bulkheads = new OriginBulkheads(
                limits.maxConnections(), limits.maxWaiting(), limits.maxWait(), TimeoutScheduler.shared(), metrics);
        this.http = new OriginHttp(limits, http, bulkheads, names, clock, new ClockSkew(metrics));
    }

    /** As it says there, unless the origin's breaker is open: then it fails at once. */
    @Override
    public Mono<OriginAnswer> call(OriginRequest asked) {
        return Mono.defer(() -> {
            String origin = asked.origin();
            OriginBreaker.Permit permit = breakers.tryCall(origin, Origins.path(asked.uri()));
            if (permit == null) {
                return Mono.error(refused(asked, origin));
            }
            calls.increment();
            Span span = span(asked);
            OriginRequest request = asked.within(span);
            if (request.isRepeatable()) {
                budget(origin).called();
            }
            long start = System.nanoTime();
            return bulkheads
                    .within(origin, attempt(request, limits.retries()))
                    .doOnNext(answer -> {
                        long took = System.nanoTime() - start;
                        permit.answered(took);
                        span.set("http.response.status_code", answer.status()).end();
                        troubles.answered(origin);
                        ended(request, answer.status() / 100 + "xx", took);
                    })
                    .doOnError(failure -> {
                        long took = System.nanoTime() - start;
                        span.failed(outcome(failure)).end();
                        if (failure instanceof OriginFailure ofOrigin) {
                            permit.failed(ofOrigin, took);
                            troubles.failed(origin, ofOrigin, start + took);
                            ended(request, ofOrigin.reason().label(), took);
                        } else {
                            permit.abandoned(); // the client's fault says nothing of the origin
                            ended(request, outcome(failure), took);
                        }
                    })
                    .doOnCancel(() -> {
                        permit.abandoned();
                        span.failed("cancelled").end();
                    });
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
        http.clockSet(step);
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
            OriginHttp.Attempt attempt = new OriginHttp.Attempt();
            Mono<OriginAnswer> first = http.send(request, attempt);
            return retries == 0 || !request.isRepeatable()
                    ? first
                    : first.onErrorResume(
                            OriginFailure.class, failure -> retry(request, retries, failure, attempt.isReused()));
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

    private static OriginFailure refused(OriginRequest asked, String origin) {
        Reason reason = Reason.BREAKER_OPEN;
        span(asked).failed(reason.label()).end();
        return new OriginFailure(reason, origin, null);
    }

    private static Span span(OriginRequest request) {
        Span span = request.span().child(Span.Kind.CLIENT, request.method());
        if (span.isRecorded()) {
            int port = request.uri().getPort();
            span.set("http.request.method", request.method())
                    .set("server.address", request.uri().getHost())
                    .set("server.port", port < 0 ? null : port);
        }
        return span;
    }

    private static String outcome(Throwable failure) {
        if (failure instanceof OriginFailure ofOrigin) {
            return ofOrigin.reason().label();
        }
        return failure instanceof UploadFailure upload ? upload.reason().label() : "unexpected";
    }

    @Override
    public void close() {
        http.close();
    }
}
