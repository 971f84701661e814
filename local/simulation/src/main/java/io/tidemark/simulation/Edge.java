package io.tidemark.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.edge.ClientInvalidation;
import io.tidemark.gateway.edge.ClientPurgeProperties;
import io.tidemark.gateway.edge.EdgeAnswer;
import io.tidemark.gateway.edge.EdgeProblems;
import io.tidemark.gateway.edge.EdgeRequest;
import io.tidemark.gateway.edge.ForcedCalls;
import io.tidemark.gateway.edge.ReadPath;
import io.tidemark.gateway.edge.RoutedRequest;
import io.tidemark.gateway.fill.RequestCollapser;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginTarget;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.TokenProperties;
import io.tidemark.gateway.policy.UserClaims;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.server.AskedUrl;
import io.tidemark.gateway.server.Forwarding;
import io.tidemark.gateway.store.TieredStore;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The real read path of one gateway, without a server in front of it. */
final class Edge {
    private static final String NAME = "tidemark-simulated";
    private static final Duration READ_AFTER_WAIT = Duration.ofMillis(250);
    private static final URI ORIGIN = URI.create("http://origin.internal/products/42");
    private static final AskedUrl ASKED = AskedUrl.parse(Product.URL);
    private static final UserClaims USERS = new UserClaims(new TokenProperties(null, null, null, null));

    private final ReadPath path;
    private final RoutePolicy policy;

    /**
     * What a client got.
     *
     * @param body as text
     */
    record Answer(int status, Headers headers, CacheStatus cacheStatus, CacheStatus.Summary summary, String body) {}

    Edge(
            TieredStore store,
            PurgeView purges,
            RequestCollapser collapser,
            Revalidator revalidator,
            Origins origins,
            InstantSource clock,
            RoutePolicy policy) {
        this.policy = policy;
        this.path = new ReadPath(
                store,
                purges,
                new PolicyDecider(purges, clock),
                new ClientInvalidation(
                        (_, _, _) -> CompletableFuture.failedFuture(
                                new UnsupportedOperationException("no unsafe requests here")),
                        new ClientPurgeProperties(false, 1, 1, 1),
                        new SimpleMeterRegistry()),
                collapser,
                revalidator,
                origins,
                new ForcedCalls(new SimpleMeterRegistry()),
                new EdgeProblems(JsonMapper.shared()),
                clock,
                NAME,
                READ_AFTER_WAIT);
    }

    /** A request for the one thing there is. Can be answered any number of times. */
    static RoutedRequest request(String method, String... fields) {
        return new RoutedRequest(
                "products",
                method,
                Headers.of(fields),
                new Forwarding(List.of(InetAddress.getLoopbackAddress()), ASKED.scheme(), ASKED.authority()),
                ORIGIN,
                OriginTarget.set(ASKED.target(), ORIGIN),
                false,
                "simulated",
                null,
                null,
                null,
                Span.NONE);
    }

    /** Answers a request, as soon as everything for it is here. */
    Mono<Answer> answer(RoutedRequest request) {
        return path.answer(EdgeRequest.of(request, policy, "", NAME, USERS)).flatMap(Edge::whole);
    }

    private static Mono<Answer> whole(EdgeAnswer answer) {
        StringBuilder body = new StringBuilder();
        return Flux.from(answer.body() == null ? Flux.<DataBuffer>empty() : answer.body())
                .doOnNext(piece -> {
                    body.append(piece.toString(StandardCharsets.US_ASCII));
                    DataBufferUtils.release(piece);
                })
                .then(Mono.fromSupplier(() -> new Answer(
                        answer.status(), answer.headers(), answer.cacheStatus(), answer.summary(), body.toString())));
    }
}
