package io.tidemark.gateway.documents;

import io.tidemark.documents.dialect.Hocuspocus;
import io.tidemark.documents.dialect.Message;
import io.tidemark.gateway.documents.rooms.Goodbye;
import io.tidemark.gateway.documents.rooms.Rooms;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.Done;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** One document of a connection in the dialect of Hocuspocus. What is said of it is answered in order. */
final class HocuspocusLane implements Visit.Manners {
    private static final CompletableFuture<Done> DONE = CompletableFuture.completedFuture(Done.DONE);

    private final Hocuspocus.Key key;
    private final byte[] head;
    private final ClientSocket socket;
    private final Rooms rooms;
    private final DocumentAccess access;
    private final ServerWebExchange exchange;
    private final Disposable.Swap watch = Disposables.swap();
    private CompletableFuture<Done> answered = DONE;
    private @Nullable Visit visit;
    private boolean refused;
    private boolean ended;

    HocuspocusLane(
            Hocuspocus.Key key, ClientSocket socket, Rooms rooms, DocumentAccess access, ServerWebExchange exchange) {
        this.key = key;
        this.head = Hocuspocus.head(key);
        this.socket = socket;
        this.rooms = rooms;
        this.access = access;
        this.exchange = exchange;
    }

    /** Called in the order of the frames. */
    synchronized Mono<Void> answer(Hocuspocus.Said said) {
        answered = answered.thenCompose(_ -> next(said));
        return Mono.fromFuture(answered, true).then();
    }

    private CompletableFuture<Done> next(Hocuspocus.Said said) {
        if (socket.isClosed()) {
            return DONE;
        }
        return switch (said) {
            case Hocuspocus.Said.Token(String token, boolean _) -> enter(token);
            case Hocuspocus.Said.Talk talk -> talk(talk);
            case Hocuspocus.Said.Stateless _, Hocuspocus.Said.Leave _ -> DONE; // nobody here listens to it
        };
    }

    /** Those of version 2 say nothing of a token if they have none. */
    private CompletableFuture<Done> talk(Hocuspocus.Said.Talk talk) {
        Visit here = visit();
        if (here != null) {
            return talk(here, talk);
        }
        return isRefused()
                ? DONE
                : enter("").thenCompose(_ -> {
                    Visit now = visit();
                    return now == null ? DONE : talk(now, talk);
                });
    }

    /** Who asks for what is lacking is asked back: clients count on being told that what they send then is stored. */
    private static CompletableFuture<Done> talk(Visit visit, Hocuspocus.Said.Talk talk) {
        CompletableFuture<Done> answer = visit.answer(talk.message());
        return talk.message() instanceof Message.Known && talk.asks() ? answer.thenCompose(_ -> visit.ask()) : answer;
    }

    private CompletableFuture<Done> enter(String token) {
        forgive();
        Optional<DocumentName> name = DocumentName.of(key.name());
        if (name.isEmpty()) {
            refuse("there can be no document of this name");
            return DONE;
        }
        Optional<ServerWebExchange> asked = DocumentAccess.withToken(exchange, token);
        if (asked.isEmpty()) {
            refuse(Goodbye.NOT_ALLOWED.reason());
            return DONE;
        }
        return access.scope(asked.get())
                .flatMap(scope -> Mono.fromFuture(() -> entered(name.get(), asked.get(), scope), true))
                .onErrorResume(failure -> Mono.just(refused(failure)))
                .toFuture()
                .thenApply(_ -> Done.DONE);
    }

    private Done refused(Throwable failure) {
        if (DocumentAccess.isRefusal(failure)) {
            refuse(Goodbye.NOT_ALLOWED.reason());
        } else {
            socket.close(Goodbye.UNAVAILABLE);
        }
        return Done.DONE;
    }

    private CompletableFuture<Done> entered(DocumentName name, ServerWebExchange asked, Scope scope) {
        Visit here = visit();
        if (here == null) {
            here = new Visit(rooms, name, socket, head, scope, this);
            if (!begin(here)) {
                here.leave();
                return DONE;
            }
        }
        Visit visiting = here;
        visiting.may(scope);
        watch.update(access.scopes(asked).subscribe(now -> may(visiting, now), _ -> ended(Goodbye.NOT_ALLOWED)));
        return visiting.begun().thenApply(done -> {
            if (visit() == visiting) { // and not taken from it while it was read
                visiting.say(Hocuspocus.authenticated(!scope.edits()));
                visiting.introduce();
            }
            return done;
        });
    }

    private static void may(Visit visit, Scope now) {
        if (visit.may(now)) {
            visit.say(Hocuspocus.authenticated(!now.edits()));
        }
    }

    /** False if the client, or the document, is gone by now. */
    private synchronized boolean begin(Visit entered) {
        if (ended || refused) {
            return false;
        }
        visit = entered;
        return true;
    }

    private synchronized @Nullable Visit visit() {
        return visit;
    }

    private synchronized boolean isRefused() {
        return refused;
    }

    /** Whether the client has the document. */
    synchronized boolean isOpen() {
        return visit != null;
    }

    private synchronized void forgive() {
        refused = false;
    }

    private void refuse(String reason) {
        leave();
        socket.send(head, Hocuspocus.denied(reason), null);
    }

    /** The client has no document here, unless it shows another token. */
    private void leave() {
        Visit left;
        synchronized (this) {
            refused = true;
            left = visit;
            visit = null;
        }
        watch.update(Disposables.disposed());
        if (left != null) {
            left.leave();
        }
    }

    /** The client, or its connection, is gone. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        leave();
        watch.dispose();
    }

    @Override
    public void stored() {
        socket.send(head, Hocuspocus.stored(true), null);
    }

    @Override
    public void notStored() {
        socket.send(head, Hocuspocus.stored(false), null);
    }

    @Override
    public void ended(Goodbye reason) {
        if (reason.endsDocument()) {
            leave();
            socket.send(head, Hocuspocus.denied(reason.reason()), null);
            socket.send(head, Hocuspocus.closed(reason.reason()), null);
        } else {
            socket.close(reason);
        }
    }
}
