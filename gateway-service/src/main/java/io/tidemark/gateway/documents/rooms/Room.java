package io.tidemark.gateway.documents.rooms;

import io.tidemark.documents.awareness.Awareness;
import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.Done;
import io.tidemark.gateway.documents.store.Stored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A document while clients of this gateway have it open. Edits go to the store first; what is stored is sent to all, to its sender
 * too, which is how that knows. Edits of other gateways come as news. Whatever was missed is seen by its number, and read.
 *
 * <p>Thread-safe: one lock, under which nothing waits and nothing is merged. It is over 300 lines long because all of it shares
 * that lock; what needs none ({@link Content}, {@link Awareness}, the store) is elsewhere.
 */
public final class Room {
    /** Edits that are merged though nobody asks for all of them. */
    private static final int MANY = 200;

    private final DocumentName name;
    private final RoomServices services;
    private final Map<Subscriber, Set<Long>> subscribers = new HashMap<>();
    private final Awareness awareness;
    private final Content content = new Content();
    private final CompletableFuture<Done> opened = new CompletableFuture<>();
    private final Consumer<News> listener = this::heard;
    private @Nullable Update framed;
    private byte[] frame = {};
    private boolean begun;
    private boolean closed;
    private boolean healing;
    private boolean compacting;

    Room(DocumentName name, RoomServices services) {
        this.name = name;
        this.services = services;
        this.awareness = new Awareness(2 * services.limits().connections());
    }

    /** Begins to read the document, once. */
    void begin() {
        synchronized (this) {
            if (begun) {
                return;
            }
            begun = true;
        }
        var _ = services.news()
                .listen(name, listener)
                .thenCompose(_ -> services.store().read(name, 0))
                .thenAccept(stored -> take(stored, 0))
                .whenComplete((_, failure) -> opened(failure));
    }

    private void opened(@Nullable Throwable failure) {
        if (failure == null) {
            opened.complete(Done.DONE);
            services.tell(name, News.whoIsThere(services.gateway()));
        } else {
            opened.completeExceptionally(failure);
            end(Goodbye.UNAVAILABLE);
        }
    }

    /** Done when its content is there. */
    public CompletableFuture<Done> opened() {
        return opened;
    }

    /** Whether the client is in; a room that has ended takes nobody. */
    synchronized boolean join(Subscriber subscriber) {
        if (closed) {
            return false;
        }
        if (subscribers.size() >= services.limits().connections()) {
            subscriber.close(Goodbye.TOO_MANY);
        } else {
            subscribers.put(subscriber, new HashSet<>());
        }
        return true;
    }

    /** The client is gone, and what it said of itself with it. */
    public void leave(Subscriber subscriber) {
        List<Presence> gone;
        boolean last;
        synchronized (this) {
            Set<Long> own = subscribers.remove(subscriber);
            if (own == null || closed) {
                return;
            }
            gone = awareness.withdraw(own, services.now());
            last = subscribers.isEmpty();
            if (!gone.isEmpty()) {
                sendAll(new Message.Present(gone));
            }
        }
        if (!gone.isEmpty()) {
            services.tell(name, News.present(services.gateway(), gone));
        }
        if (last) {
            end(null);
        }
    }

    /** Everything known: worked out once for all who ask at the same time. */
    public CompletableFuture<Update> state() {
        return content.merged(services.workers());
    }

    /** The frame with what somebody lacks. Those who have nothing share one. */
    public CompletableFuture<byte[]> lacking(StateVector known) {
        boolean nothing = known.clocks().isEmpty();
        return state().thenApplyAsync(
                        all -> nothing ? whole(all) : YWebSocket.write(new Message.Lacking(all.since(known))),
                        services.workers());
    }

    private synchronized byte[] whole(Update all) {
        if (!all.equals(framed)) {
            frame = YWebSocket.write(new Message.Lacking(all));
            framed = all;
        }
        return frame;
    }

    /** Who is there, for one who comes. */
    public synchronized List<Presence> present() {
        return awareness.known();
    }

    /** What a client has sent. True once it is stored; else the client has been told. */
    public CompletableFuture<Boolean> edit(Subscriber sender, Update edit) {
        long known = content.cursor();
        String owner = services.owners().of(name, sender.user());
        return services.store().append(name, content.epoch(), edit, owner).handle((stored, failure) -> {
            switch (stored) {
                case Stored.Edit(String epoch, long number) -> {
                    if (number > known) {
                        edited(epoch, number, edit);
                    } else {
                        end(Goodbye.LOST); // the store has forgotten edits that are known here
                    }
                }
                case Stored.Erased _ -> end(Goodbye.ERASED);
                case Stored.Other _ -> end(Goodbye.LOST);
                case Stored.TooLarge _ -> tooLarge(sender);
                case null, default -> {
                    services.meters().notStored();
                    sender.close(Goodbye.UNAVAILABLE);
                }
            }
            return stored instanceof Stored.Edit;
        });
    }

    private void tooLarge(Subscriber sender) {
        sender.close(Goodbye.TOO_LARGE);
        compact();
    }

    /** What a client says of itself, and repeats of others. */
    public void said(Subscriber sender, Collection<Presence> said) {
        List<Presence> taken;
        synchronized (this) {
            Set<Long> own = subscribers.get(sender);
            if (own == null || closed) {
                return;
            }
            Set<Long> there = new HashSet<>();
            said.stream().map(Presence::client).filter(awareness::isThere).forEach(there::add);
            taken = awareness.apply(said, services.now());
            for (Presence one : taken) {
                if (one.state() == null) {
                    own.remove(one.client());
                } else if (!there.contains(one.client())) {
                    own.add(one.client());
                }
            }
            if (!taken.isEmpty()) {
                sendAll(new Message.Present(taken));
            }
        }
        if (!taken.isEmpty()) {
            services.tell(name, News.present(services.gateway(), taken));
        }
    }

    /** What another gateway, or this one, told all of them. */
    void heard(News news) {
        switch (news) {
            case News.Edited(String epoch, long number, Update edit) -> edited(epoch, number, edit);
            case News.Erased() -> end(Goodbye.ERASED);
            case News.Present(String gateway, List<Presence> clients) -> {
                if (!gateway.equals(services.gateway())) {
                    present(clients);
                }
            }
            case News.WhoIsThere(String gateway) -> {
                List<Presence> known = present();
                if (!gateway.equals(services.gateway()) && !known.isEmpty()) {
                    services.tell(name, News.present(services.gateway(), known));
                }
            }
        }
    }

    private synchronized void present(List<Presence> clients) {
        List<Presence> taken = awareness.apply(clients, services.now());
        if (!taken.isEmpty() && !closed) {
            sendAll(new Message.Present(taken));
        }
    }

    private void edited(String epoch, long number, Update edit) {
        boolean gap;
        boolean due;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (!content.isOf(epoch)) {
                end(Goodbye.LOST);
                return;
            }
            if (content.add(epoch, number, edit)) {
                services.meters().edit();
                sendAll(new Message.Edit(edit));
            }
            gap = content.hasGap();
            due = content.sinceSnapshot() >= services.limits().compactAfter();
        }
        if (gap) {
            services.later(this::heal);
        }
        if (due) {
            compact();
        }
    }

    /** Reads what was missed, if something was. */
    void heal() {
        synchronized (this) {
            if (closed || healing || !opened.isDone() || !content.hasGap()) {
                return;
            }
            healing = true;
        }
        services.meters().gap();
        var _ = check();
    }

    /** Reads what is after the last edit that is here. */
    CompletableFuture<Done> check() {
        long known = content.cursor();
        return services.store()
                .read(name, known)
                .thenApply(stored -> take(stored, known))
                .whenComplete((_, _) -> {
                    synchronized (this) {
                        healing = false;
                    }
                });
    }

    /** @param known what was here when it was asked for: news may have come since, before the answer */
    private Done take(Stored stored, long known) {
        if (!(stored instanceof Stored.Content read)) {
            end(Goodbye.ERASED);
            return Done.DONE;
        }
        synchronized (this) {
            if (closed) {
                return Done.DONE;
            }
            if (known == 0 && read.epoch().isEmpty()) {
                return Done.DONE; // there was nothing yet
            }
            if (content.isOf(read.epoch()) && read.last() >= known) {
                content.take(read).forEach(missed -> sendAll(new Message.Edit(missed)));
            } else {
                end(Goodbye.LOST);
            }
        }
        return Done.DONE;
    }

    /** Now and then: who was silent is withdrawn, what was missed is read, and what is many is merged. */
    void tick() {
        synchronized (this) {
            if (closed || !opened.isDone()) {
                return;
            }
            List<Presence> gone = awareness.expire(services.limits().silence(), services.now());
            if (!gone.isEmpty()) {
                sendAll(new Message.Present(gone));
            }
        }
        if (content.unmerged() > MANY) {
            var _ = state();
        }
        var _ = check();
    }

    /** Puts a snapshot in the place of the edits, unless somebody is at it. */
    void compact() {
        synchronized (this) {
            if (compacting || closed) {
                return;
            }
            compacting = true;
        }
        var _ = services.store()
                .lease(name)
                .thenCompose(mine -> mine ? compactNow().whenComplete((_, _) -> release()) : check())
                .whenComplete((_, _) -> {
                    synchronized (this) {
                        compacting = false;
                    }
                });
    }

    private void release() {
        var _ = services.store().release(name); // else it expires
    }

    private CompletableFuture<Done> compactNow() {
        return check().thenCompose(_ -> {
            String epoch = content.epoch();
            long before = content.snapshotAt();
            long at = content.cursor();
            if (epoch.isEmpty() || at == before) {
                return CompletableFuture.completedFuture(Done.DONE);
            }
            return state().thenCompose(snapshot -> services.store()
                    .compact(name, epoch, before, at, snapshot, services.now())
                    .thenApply(stored -> {
                        if (stored instanceof Stored.Done) {
                            content.compacted(at);
                            services.meters().compaction();
                        }
                        return Done.DONE;
                    }));
        });
    }

    /** @param reason null if nobody is left to be told */
    void end(@Nullable Goodbye reason) {
        List<Subscriber> left;
        synchronized (this) {
            if (closed || (reason == null && !subscribers.isEmpty())) {
                return;
            }
            closed = true;
            left = new ArrayList<>(subscribers.keySet());
        }
        services.ended().accept(name, this);
        services.news().forget(name, listener);
        if (reason != null) {
            left.forEach(subscriber -> subscriber.close(reason));
        }
    }

    synchronized int size() {
        return subscribers.size();
    }

    private void sendAll(Message message) {
        byte[] frame = YWebSocket.write(message);
        subscribers.keySet().forEach(subscriber -> subscriber.send(message, frame));
    }
}
