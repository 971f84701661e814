package io.tidemark.gateway.documents;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.update.Update;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a client that does not take it yet. When it is much, the edits of a document become one, and of each client that
 * is there only the last state stays; when that does not help, it is full. Thread-safe; nothing is merged under its lock.
 */
final class Backlog {
    /** Messages that are worth to be put together. */
    private static final int MANY = 256;

    /** A frame that waits. */
    static final class Waiting {
        private final byte[] head;
        private final byte[] frame;
        private final @Nullable Message message;

        /**
         * One that waits.
         *
         * @param head what goes before it; the same array for all of a document
         * @param frame shared with others
         * @param message what it says, if it may be put together with others
         */
        Waiting(byte[] head, byte[] frame, @Nullable Message message) {
            this.head = head;
            this.frame = frame;
            this.message = message;
        }

        ByteBuf octets() {
            return head.length == 0 ? Unpooled.wrappedBuffer(frame) : Unpooled.wrappedBuffer(head, frame);
        }

        int size() {
            return head.length + frame.length;
        }

        @Nullable
        Message message() {
            return message;
        }
    }

    /** What comes of one more. */
    enum Added {
        TAKEN,
        /** Taken, and {@link #fold} is due. */
        TO_BE_FOLDED,
        /** Not taken. */
        FULL
    }

    private final long limit;
    private Deque<Waiting> waiting = new ArrayDeque<>(4);
    private long octets;
    private int messages;
    private boolean folding;

    /** @param limit octets after which a frame is one too many; while they are put together twice as many may wait */
    Backlog(long limit) {
        this.limit = limit;
    }

    /** @param slow whether the client does not take more now */
    synchronized Added add(Waiting next, boolean slow) {
        boolean tooMuch = octets > limit;
        boolean foldable = !folding && messages > 1;
        if (tooMuch && !foldable && (!folding || octets > 2 * limit)) {
            return Added.FULL;
        }
        push(next);
        if (foldable && (tooMuch || (slow && messages >= MANY))) {
            folding = true;
            return Added.TO_BE_FOLDED;
        }
        return Added.TAKEN;
    }

    private void push(Waiting next) {
        waiting.add(next);
        octets += next.size();
        if (next.message != null) {
            messages++;
        }
    }

    /** The next to be sent, null if there is none. */
    synchronized @Nullable Waiting poll() {
        Waiting next = waiting.poll();
        if (next != null) {
            octets -= next.size();
            if (next.message != null) {
                messages--;
            }
        }
        return next;
    }

    /** Puts together what can be. False if it is too much all the same. */
    boolean fold() {
        IdentityHashMap<byte[], Folded> byDocument = new IdentityHashMap<>();
        takeMessages()
                .forEach(each ->
                        byDocument.computeIfAbsent(each.head, _ -> new Folded()).add(each.message));
        List<Waiting> together = new ArrayList<>();
        byDocument.forEach((head, folded) -> folded.messages()
                .forEach(message -> together.add(new Waiting(head, YWebSocket.write(message), message))));
        synchronized (this) {
            folding = false;
            together.forEach(this::push);
            return octets <= limit;
        }
    }

    private synchronized List<Waiting> takeMessages() {
        List<Waiting> taken = new ArrayList<>(messages);
        Deque<Waiting> others = new ArrayDeque<>();
        for (Waiting each = poll(); each != null; each = poll()) {
            if (each.message == null) {
                others.add(each);
            } else {
                taken.add(each);
            }
        }
        others.forEach(this::push);
        return taken;
    }

    /** Nothing is sent any more. */
    synchronized void clear() {
        waiting = new ArrayDeque<>(0);
        octets = 0;
        messages = 0;
    }

    /** What is to be said of one document. */
    private static final class Folded {
        private final List<Update> edits = new ArrayList<>();
        private final Map<Long, Presence> clients = new LinkedHashMap<>();
        private final List<Message> others = new ArrayList<>();

        void add(@Nullable Message message) {
            switch (message) {
                case Message.Edit(Update edit) -> edits.add(edit);
                case Message.Present(List<Presence> said) -> said.forEach(one -> clients.put(one.client(), one));
                case null -> {}
                default -> others.add(message);
            }
        }

        List<Message> messages() {
            List<Message> all = new ArrayList<>(others);
            if (!edits.isEmpty()) {
                all.add(new Message.Edit(Update.merge(edits)));
            }
            if (!clients.isEmpty()) {
                all.add(new Message.Present(new ArrayList<>(clients.values())));
            }
            return all;
        }
    }
}
