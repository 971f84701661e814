package io.tidemark.gateway.uncached;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import reactor.core.publisher.Mono;

/**
 * One client's WebSocket and the origin's: each message goes to the other side, and so does the code that a side closes with
 * (RFC 6455 §7.4). One without a code is a normal end; a side that breaks off has gone away (1001) to the origin, and is a bad
 * gateway (1014) to the client.
 */
final class WebSocketRelay implements WebSocketHandler {
    private static final int GONE = 1001;
    private static final int NO_CODE = 1005;
    private static final int BROKEN_OFF = 1006;
    private static final CloseStatus BAD_GATEWAY = new CloseStatus(1014, "the origin could not be reached");

    /** For the other side to close too, once one has. */
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private final WebSocketClient origins;
    private final URI uri;
    private final HttpHeaders fields;
    private final List<String> protocols;
    private final Consumer<Throwable> onUnreachable;

    WebSocketRelay(
            WebSocketClient origins,
            URI uri,
            HttpHeaders fields,
            List<String> protocols,
            Consumer<Throwable> onUnreachable) {
        this.origins = origins;
        this.uri = uri;
        this.fields = fields;
        this.protocols = protocols;
        this.onUnreachable = onUnreachable;
    }

    @Override
    public List<String> getSubProtocols() {
        return protocols;
    }

    @Override
    public Mono<Void> handle(WebSocketSession client) {
        return origins.execute(uri, fields, new ToOrigin(client)).onErrorResume(failure -> {
            onUnreachable.accept(failure);
            return client.close(BAD_GATEWAY).onErrorComplete();
        });
    }

    private final class ToOrigin implements WebSocketHandler {
        private final WebSocketSession client;

        ToOrigin(WebSocketSession client) {
            this.client = client;
        }

        @Override
        public List<String> getSubProtocols() {
            return protocols;
        }

        @Override
        public Mono<Void> handle(WebSocketSession origin) {
            Mono<CloseStatus> byClient = ended(client);
            Mono<CloseStatus> byOrigin = ended(origin);
            Mono<Void> up = passOn(client, origin);
            Mono<Void> down = passOn(origin, client);
            Mono<Void> closeOrigin = byClient.flatMap(status -> close(origin, status, GONE));
            Mono<Void> closeClient = byOrigin.flatMap(status -> close(client, status, BAD_GATEWAY.getCode()));
            return Mono.when(up, down, closeOrigin, closeClient)
                    .takeUntilOther(Mono.firstWithSignal(byClient, byOrigin).delayElement(GOODBYE));
        }
    }

    private static Mono<CloseStatus> ended(WebSocketSession session) {
        return session.closeStatus()
                .onErrorComplete()
                .defaultIfEmpty(new CloseStatus(BROKEN_OFF))
                .cache();
    }

    /** What the other side does not take any more is dropped: to cancel it would close this one, without a code. */
    private static Mono<Void> passOn(WebSocketSession from, WebSocketSession to) {
        return to.send(Uncancelled.of(from.receive()).doOnNext(WebSocketMessage::retain))
                .onErrorComplete();
    }

    /** @param ifBroken what a side that did not say goodbye is to the other */
    private static Mono<Void> close(WebSocketSession other, CloseStatus status, int ifBroken) {
        if (!other.isOpen()) {
            return Mono.empty();
        }
        CloseStatus said = switch (status.getCode()) {
            case NO_CODE -> CloseStatus.NORMAL;
            case BROKEN_OFF -> new CloseStatus(ifBroken);
            default -> WebSocketCloseStatus.isValidStatusCode(status.getCode()) ? status : CloseStatus.PROTOCOL_ERROR;
        };
        return other.close(said).onErrorComplete();
    }
}
