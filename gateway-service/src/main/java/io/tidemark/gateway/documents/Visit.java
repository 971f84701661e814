package io.tidemark.gateway.documents;

import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.rooms.Goodbye;
import io.tidemark.gateway.documents.rooms.Room;
import io.tidemark.gateway.documents.rooms.RoomServices;
import io.tidemark.gateway.documents.rooms.Rooms;
import io.tidemark.gateway.documents.rooms.Subscriber;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.Done;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client in the room of a document. What it says is to be answered in order: the next when the answer before is done. */
final class Visit implements Subscriber {
    /** What the dialects do in their own ways. Nothing of it waits. */
    interface Manners {
        /** What the client has sent is stored. */
        void stored();

        /** It is not: the client may only read. */
        void notStored();

        /** The client can have the document no longer. */
        void ended(Goodbye reason);
    }

    private static final CompletableFuture<Done> DONE = CompletableFuture.completedFuture(Done.DONE);

    private final Room room;
    private final ClientSocket socket;
    private final byte[] head;
    private final Manners manners;
    private final RoomServices services;
    private volatile Scope scope;

    /**
     * Comes in.
     *
     * @param head what frames of the document begin with
     */
    Visit(Rooms rooms, DocumentName name, ClientSocket socket, byte[] head, Scope scope, Manners manners) {
        this.socket = socket;
        this.head = head;
        this.manners = manners;
        this.scope = scope;
        this.services = rooms.services();
        this.room = rooms.enter(name, this);
    }

    /** Done when the document is there. It fails, and the client is told, if that cannot be. */
    CompletableFuture<Done> begun() {
        return room.opened();
    }

    /** What the client may do from now on; whether that is something else. */
    synchronized boolean may(Scope now) {
        boolean other = now.edits() != scope.edits();
        scope = now;
        return other;
    }

    /** Asks the client for what is lacking. */
    CompletableFuture<Done> ask() {
        return room.state().thenApply(all -> {
            say(YWebSocket.write(new Message.Known(all.vector())));
            return Done.DONE;
        });
    }

    /** Tells the client who is there, if somebody is. */
    void introduce() {
        var there = room.present();
        if (!there.isEmpty()) {
            say(YWebSocket.write(new Message.Present(there)));
        }
    }

    CompletableFuture<Done> answer(Message message) {
        return switch (message) {
            case Message.Known known ->
                room.lacking(known.vector()).thenApply(frame -> {
                    say(frame);
                    return Done.DONE;
                });
            case Message.Lacking(Update update) ->
                room.state()
                        .thenApplyAsync(update::isPartOf, services.workers())
                        .thenCompose(known -> known ? known() : edit(update));
            case Message.Edit(Update update) -> edit(update);
            case Message.Present present -> {
                room.said(this, present.clients());
                yield DONE;
            }
            case Message.WhoIsThere _ -> {
                say(YWebSocket.write(new Message.Present(room.present())));
                yield DONE;
            }
        };
    }

    private CompletableFuture<Done> known() {
        manners.stored();
        return DONE;
    }

    private CompletableFuture<Done> edit(Update update) {
        if (!scope.edits()) {
            manners.notStored();
            return DONE;
        }
        return room.edit(this, update).thenApply(stored -> {
            if (stored) {
                manners.stored();
            }
            return Done.DONE;
        });
    }

    /** Something for this client alone. */
    void say(byte[] frame) {
        socket.send(head, frame, null);
    }

    @Override
    public void send(Message message, byte[] frame) {
        socket.send(head, frame, message);
    }

    @Override
    public @Nullable String user() {
        return scope.user();
    }

    @Override
    public void close(Goodbye reason) {
        manners.ended(reason);
    }

    /** Goes, and what the client said of itself with it. */
    void leave() {
        services.workers().execute(() -> room.leave(this));
    }
}
