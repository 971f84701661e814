package io.tidemark.local.suite.restarts;

import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * HTTP/2 by prior knowledge. It stays with an instance, over a new connection where a GOAWAY has ended one, until the balancer
 * knows that the instance is not ready. Thread-safe: those who share it share connections.
 */
final class Http2Client implements KeptClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Balancer balancer;
    private final String service;
    private final ConnectionProvider connections;
    private final HttpClient http;
    private volatile @Nullable Instance stayed;

    Http2Client(Balancer balancer, String service) {
        this.balancer = balancer;
        this.service = service;
        connections = ConnectionProvider.create("restarts-" + service);
        http = HttpClient.create(connections).protocol(HttpProtocol.H2C).disableRetry(true);
    }

    @Override
    public Answer send(Request request) throws IOException {
        Instance at = stayed;
        if (at == null || !balancer.knowsAsReady(at)) {
            at = balancer.choose(service);
            stayed = at;
        }
        try {
            Answer answer = http.headers(headers -> {
                        for (int i = 0; i < request.fields().size(); i += 2) {
                            headers.add(
                                    request.fields().get(i), request.fields().get(i + 1));
                        }
                    })
                    .request(HttpMethod.valueOf(request.method()))
                    .uri(at.url() + request.path())
                    .send(request.body().isEmpty() ? Mono.empty() : ByteBufFlux.fromString(Mono.just(request.body())))
                    .responseSingle((response, content) -> content.asString()
                            .defaultIfEmpty("")
                            .map(body -> new Answer(response.status().code(), body)))
                    .block(PATIENCE);
            if (answer == null) {
                throw new IOException("no answer");
            }
            return answer;
        } catch (RuntimeException e) {
            throw new IOException(at.part().name() + ": " + e, e);
        }
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
