package io.tidemark.gateway.origin;

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
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import io.tidemark.gateway.server.ChunkRules;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
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
 * Sends a request to an origin once, over pooled connections: HTTP/1.1 or, where TLS agrees to it, HTTP/2. Fails with {@link
 * OriginFailure}, or with what its request's content failed with ({@link UploadFailure}). Thread-safe.
 */
final class OriginHttp {
    private static final AttributeKey<Boolean> USED = AttributeKey.valueOf("tidemark.origin.used");
    private static final String EVENTS = "text/event-stream";
    private static final int MAX_HEAD_BYTES = 256 * 1024;

    /** Unused connections are closed after this. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final ConnectionProvider connections;
    private final HttpClient client;
    private final Map<OriginTimeouts, HttpClient> clients = new ConcurrentHashMap<>(); // those of the policies
    private final OriginNames names;
    private final InstantSource clock;
    private final ClockSkew skew;

    /** How far an attempt got: to which connection, and whether to one that was used before. */
    static final class Attempt {
        private volatile @Nullable Channel connection;
        private volatile boolean reused;

        /** Whether it was sent over a connection that was used before. */
        boolean isReused() {
            return reused;
        }
    }

    /**
     * @param http a client over these connections, with its TLS and its way out
     * @param bulkheads what counts the connections, and lets no more calls come than there may be
     * @param names whose addresses its connections lead to
     */
    OriginHttp(
            OriginClient.Limits limits,
            Function<ConnectionProvider, HttpClient> http,
            OriginBulkheads bulkheads,
            OriginNames names,
            InstantSource clock,
            ClockSkew skew) {
        this.names = names;
        this.clock = clock;
        this.skew = skew;
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

    /** The clock that the times of responses are told by was set by so much. */
    void clockSet(Duration step) {
        skew.stepped(step);
    }

    Mono<OriginAnswer> send(OriginRequest request, Attempt attempt) {
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
                ChunkRules.ofResponses(connection.channel().pipeline());
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
        String traceparent = request.span().traceparent();
        if (traceparent != null) {
            fields.set(TraceContext.FIELD, traceparent);
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

    void close() {
        connections.dispose();
    }
}
