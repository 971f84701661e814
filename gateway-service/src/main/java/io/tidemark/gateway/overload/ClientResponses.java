package io.tidemark.gateway.overload;

import io.tidemark.commons.drain.Drain;
import io.tidemark.gateway.server.ArrivedRequest;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * How responses are written to clients: as fast as these read them, and at once.
 *
 * <p>The head of a response whose length is not known goes before its first bytes are here, as origins of events and of long
 * polls mean it. Spring waits for those bytes, for what fails before them can still become another response: so it stays
 * where the length is known.
 *
 * <p>Streams of events end when the gateway goes: whole, as far as HTTP is concerned, so that their clients come back, to
 * another one. Of an event that is not whole by then nothing is seen, for its empty line is missing.
 *
 * <p>Around the handler, not in a filter: a filter's exchange for another response costs each use of it afterwards.
 */
@Component
final class ClientResponses implements HttpHandlerDecoratorFactory {
    private final OutputLimits output;
    private final Drain drain;

    ClientResponses(OutputLimits output, Drain drain) {
        this.output = output;
        this.drain = drain;
    }

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) ->
                handler.handle(request, ArrivedRequest.isOne(request) ? new ClientResponse(response) : response);
    }

    private final class ClientResponse extends ServerHttpResponseDecorator {
        ClientResponse(ServerHttpResponse response) {
            super(response);
        }

        /** A single buffer is there already: whoever has a long one gives it as a stream. */
        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            return body instanceof Mono
                    ? super.writeWith(body)
                    : getHeaders().getContentLength() >= 0 ? super.writeWith(paced(body)) : stream(body);
        }

        /** As one: what there is of it is flushed whenever nothing more is there. */
        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> bodies) {
            return stream(Flux.from(bodies).concatMap(body -> body, 1));
        }

        private Mono<Void> stream(Publisher<? extends DataBuffer> body) {
            return super.writeAndFlushWith(Mono.just(paced(isEvents() ? untilLastCall(body) : body)));
        }

        private boolean isEvents() {
            return MediaType.TEXT_EVENT_STREAM.isCompatibleWith(getHeaders().getContentType());
        }

        private Flux<DataBuffer> untilLastCall(Publisher<? extends DataBuffer> events) {
            return Flux.<DataBuffer>from(events)
                    .takeUntilOther(Mono.create(sink -> sink.onDispose(drain.onLastCall(sink::success)::run)));
        }

        private Publisher<DataBuffer> paced(Publisher<? extends DataBuffer> body) {
            HttpServerResponse response = ServerHttpResponseDecorator.getNativeResponse(getDelegate());
            return output.paced(body, response);
        }
    }
}
