package io.tidemark.gateway.edge;

import java.nio.charset.StandardCharsets;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A response that is kept instead of sent. */
final class SimulatedResponse extends AbstractServerHttpResponse {
    private final StringBuilder body = new StringBuilder();

    SimulatedResponse(DataBufferFactory buffers) {
        super(buffers);
    }

    /** What was written so far. */
    String body() {
        return body.toString();
    }

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> pieces) {
        return Flux.from(pieces)
                .doOnNext(piece -> body.append(piece.toString(StandardCharsets.UTF_8)))
                .then();
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> groups) {
        return Flux.from(groups).concatMap(this::writeWithInternal).then();
    }

    @Override
    protected void applyStatusCode() {
        // nobody is told
    }

    @Override
    protected void applyHeaders() {
        // nobody is told
    }

    @Override
    protected void applyCookies() {
        // nobody is told
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> T getNativeResponse() {
        return (T) this;
    }
}
