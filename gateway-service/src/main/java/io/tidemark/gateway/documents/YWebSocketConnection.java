package io.tidemark.gateway.documents;

import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.lib0.MalformedException;
import io.tidemark.gateway.documents.rooms.Goodbye;
import io.tidemark.gateway.documents.rooms.RoomServices;
import io.tidemark.gateway.documents.rooms.Rooms;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.Done;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client's connection to one document, in the dialect of y-websocket. Its echo is how a client knows that an edit is stored. */
final class YWebSocketConnection implements Visit.Manners {
    private final ClientSocket socket;
    private final RoomServices services;
    private final Visit visit;
    private final CompletableFuture<Done> greeted;

    YWebSocketConnection(ClientSocket socket, Rooms rooms, DocumentName name, Scope scope) {
        this.socket = socket;
        this.services = rooms.services();
        this.visit = new Visit(rooms, name, socket, new byte[0], scope, this);
        this.greeted = visit.begun().thenCompose(_ -> visit.ask()).thenApply(done -> {
            visit.introduce();
            return done;
        });
    }

    /**
     * Until the connection ends.
     *
     * @param scopes what the client may do as that changes; an error when it may no more
     */
    Mono<Void> attend(Flux<Scope> scopes) {
        Flux<Scope> watch = scopes.doOnNext(visit::may).onErrorResume(_ -> {
            socket.close(Goodbye.NOT_ALLOWED);
            return Mono.empty();
        });
        return socket.attend(this::answer, 1, () -> {})
                .takeUntilOther(watch.then(Mono.never()))
                .doFinally(_ -> visit.leave());
    }

    private Mono<Void> answer(byte[] frame) {
        List<Message> messages;
        try {
            messages = YWebSocket.read(frame, services.limits().awareness());
        } catch (MalformedException malformed) {
            socket.close(Goodbye.MALFORMED);
            return Mono.empty();
        }
        return Mono.fromFuture(greeted, true)
                .thenMany(Flux.fromIterable(messages)
                        .concatMap(message ->
                                socket.isClosed() ? Mono.empty() : Mono.fromFuture(() -> visit.answer(message), true)))
                .then();
    }

    @Override
    public void stored() {}

    @Override
    public void notStored() {
        socket.send(YWebSocket.denied(Goodbye.READ_ONLY.reason()));
        socket.close(Goodbye.READ_ONLY);
    }

    @Override
    public void ended(Goodbye reason) {
        socket.close(reason);
    }
}
