package io.tidemark.gateway.documents;

import io.tidemark.gateway.documents.rooms.Rooms;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.session.Answers;
import io.tidemark.gateway.session.RefusedException;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * {@code /collaboration}: a WebSocket in the dialect of Hocuspocus (RFC 6455). Any page that may connect gets one; whose it is
 * each document asks.
 */
final class CollaborationSocket implements WebHandler {
    static final String PATH = "/collaboration";

    private final Rooms rooms;
    private final DocumentAccess access;
    private final WebSocketService service;
    private final Answers answers;

    CollaborationSocket(Rooms rooms, DocumentAccess access, WebSocketService service, Answers answers) {
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
        DocumentSocket.requireUpgrade(exchange);
        return access.page(exchange)
                .then(Mono.defer(() -> service.handleRequest(exchange, session -> {
                    ClientSocket socket = new ClientSocket(
                            session, ArrivedRequest.of(exchange.getRequest()).channel(), rooms.services());
                    return new HocuspocusConnection(socket, rooms, access, exchange).attend();
                })));
    }
}
