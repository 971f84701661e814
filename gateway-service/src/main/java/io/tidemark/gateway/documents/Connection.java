package io.tidemark.gateway.documents;

import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.lib0.MalformedException;
import io.tidemark.documents.update.Update;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A client's connection to one document, in the dialect of y-websocket. Its messages are answered in order, each when what it asks
 * is done: a client that sends faster than the store takes is held back by its connection.
 */
final class Connection implements Subscriber {
    private static final CompletableFuture<Done> DONE = CompletableFuture.completedFuture(Done.DONE);

    private final WebSocketSession session;
    private final Rooms rooms;
    private final RoomServices services;
    private final Sinks.Many<WebSocketMessage> toSend = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean heard = true;

    Connection(WebSocketSession session, Rooms rooms) {
        this.session = session;
        this.rooms = rooms;
        this.services = rooms.services();
    }

    /**
     * Until the connection ends.
     *
     * @param mayStay empty as long as the client may edit, an error when it no longer may
     */
    Mono<Void> attend(DocumentName name, Flux<Void> mayStay) {
        Room room = rooms.enter(name, this);
        CompletableFuture<Done> greeted = greet(room);
        Mono<Void> in = session.receive()
                .<byte[]>handle((message, frames) -> {
                    byte[] octets = octets(message);
                    if (octets != null) {
                        frames.next(octets);
                    }
                })
                .concatMap(frame -> Mono.fromFuture(greeted, true).then(answer(room, frame)), 1)
                .onErrorComplete()
                .then()
                .doFinally(_ -> complete());
        Flux<Void> watch = Flux.merge(
                mayStay.onErrorResume(_ -> {
                    close(Goodbye.NOT_ALLOWED);
                    return Flux.empty();
                }),
                Flux.interval(services.limits().silence()).doOnNext(_ -> tick()).then());
        return Mono.when(in, session.send(toSend.asFlux().doOnNext(this::taken)).onErrorComplete())
                .takeUntilOther(watch.then(Mono.never()))
                .doFinally(_ -> services.workers().execute(() -> room.leave(this)));
    }

    private CompletableFuture<Done> greet(Room room) {
        return room.opened().thenCompose(_ -> room.state()).thenApply(all -> {
            send(YWebSocket.write(new Message.Known(all.vector())));
            var there = room.present();
            if (!there.isEmpty()) {
                send(YWebSocket.write(new Message.Present(there)));
            }
            return Done.DONE;
        });
    }

    private byte @Nullable [] octets(WebSocketMessage message) {
        heard = true;
        switch (message.getType()) {
            case BINARY -> {
                DataBuffer payload = message.getPayload();
                byte[] octets = new byte[payload.readableByteCount()];
                payload.read(octets);
                return octets;
            }
            case TEXT -> close(Goodbye.MALFORMED);
            case PING, PONG -> {} // a sign of life
        }
        return null;
    }

    private Mono<Void> answer(Room room, byte[] frame) {
        if (closed.get()) {
            return Mono.empty();
        }
        List<Message> messages;
        try {
            messages = YWebSocket.read(frame, services.limits().awareness());
        } catch (MalformedException malformed) {
            close(Goodbye.MALFORMED);
            return Mono.empty();
        }
        return Flux.fromIterable(messages)
                .concatMap(message -> Mono.fromFuture(answer(room, message), true))
                .then();
    }

    private CompletableFuture<Done> answer(Room room, Message message) {
        return switch (message) {
            case Message.Known known ->
                room.lacking(known.vector()).thenApply(frame -> {
                    send(frame);
                    return Done.DONE;
                });
            case Message.Lacking(Update update) ->
                room.state()
                        .thenApplyAsync(update::isPartOf, services.workers())
                        .thenCompose(known -> known ? DONE : room.edit(this, update));
            case Message.Edit(Update update) -> room.edit(this, update);
            case Message.Present present -> {
                room.said(this, present.clients());
                yield DONE;
            }
            case Message.WhoIsThere _ -> {
                send(YWebSocket.write(new Message.Present(room.present())));
                yield DONE;
            }
        };
    }

    @Override
    public void send(byte[] frame) {
        if (closed.get()) {
            return;
        }
        if (waiting.addAndGet(frame.length) - frame.length > services.limits().backlog()) {
            close(Goodbye.TOO_SLOW);
            return;
        }
        emit(session.binaryMessage(buffers -> buffers.wrap(frame)));
    }

    private synchronized void emit(WebSocketMessage message) {
        var _ = toSend.tryEmitNext(message);
    }

    private synchronized void complete() {
        var _ = toSend.tryEmitComplete();
    }

    private void taken(WebSocketMessage message) {
        waiting.addAndGet(-message.getPayload().readableByteCount());
    }

    private void tick() {
        if (!heard) {
            close(Goodbye.SILENT);
        }
        heard = false;
        emit(session.pingMessage(buffers -> buffers.wrap(new byte[0])));
    }

    @Override
    public void close(Goodbye reason) {
        if (closed.compareAndSet(false, true)) {
            services.meters().closed(reason);
            services.workers()
                    .execute(() -> session.close(reason.status())
                            .onErrorComplete()
                            .timeout(Duration.ofSeconds(10), Mono.empty())
                            .doFinally(_ -> complete())
                            .subscribe());
        }
    }
}
