package io.tidemark.gateway.documents;

import io.tidemark.gateway.documents.rooms.Rooms;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.RefusedException;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** {@code /documents/{name}}: a WebSocket in the dialect of y-websocket (RFC 6455). */
final class DocumentSocket implements WebHandler {
    static final String PATH = "/documents/";

    private final Rooms rooms;
    private final DocumentAccess access;
    private final WebSocketService service;
    private final Answers answers;

    DocumentSocket(Rooms rooms, DocumentAccess access, WebSocketService service, Answers answers) {
        this.rooms = rooms;
        this.access = access;
        this.service = service;
        this.answers = answers;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return Mono.defer(() -> upgrade(exchange))
                .onErrorResume(RefusedException.class, refused -> answers.problem(exchange, refused.problem()));
    }

    private Mono<Void> upgrade(ServerWebExchange exchange) {
        String path = ArrivedRequest.of(exchange.getRequest()).target().canonicalPath();
        DocumentName name = DocumentName.of(path.substring(PATH.length()))
                .orElseThrow(() -> new RefusedException(DocumentProblems.name()));
        requireUpgrade(exchange);
        return access.scope(exchange)
                .flatMap(scope -> service.handleRequest(exchange, session -> {
                    ClientSocket socket = new ClientSocket(
                            session, ArrivedRequest.of(exchange.getRequest()).channel(), rooms.services());
                    return new YWebSocketConnection(socket, rooms, name, scope).attend(access.scopes(exchange));
                }));
    }

    /**
     * Fails unless the request asks for a WebSocket. Over HTTP/2 none can, as RFC 8441 is not offered; nor may an answer there have the
     * field that says what is required (RFC 9113 §8.2.2), without which a 426 is none.
     */
    static void requireUpgrade(ServerWebExchange exchange) {
        if (ArrivedRequest.of(exchange.getRequest()).protocol().startsWith("HTTP/2")) {
            throw new RefusedException(DocumentProblems.http2());
        }
        if (!exchange.getRequest().getMethod().equals(HttpMethod.GET)
                || !"websocket"
                        .equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade())) {
            exchange.getResponse().getHeaders().set("Upgrade", "websocket");
            throw new RefusedException(DocumentProblems.upgrade());
        }
    }
}
