package io.tidemark.gateway.documents;

import io.netty.channel.EventLoop;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** The clients of an event loop to whom something is to be sent: one task for all of them, so that the loop is woken once. Thread-safe. */
final class Outlet implements Runnable {
    /** By event loop. No value holds its key. */
    private static final Map<EventLoop, Outlet> ALL = Collections.synchronizedMap(new WeakHashMap<>());

    private final Queue<ClientSocket> due = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isDue = new AtomicBoolean();

    static Outlet of(EventLoop loop) {
        return ALL.computeIfAbsent(loop, _ -> new Outlet());
    }

    /** @param loop whose outlet it is */
    void add(ClientSocket socket, EventLoop loop) {
        due.add(socket);
        if (isDue.compareAndSet(false, true)) {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        isDue.set(false); // before it looks: what is added from now on may come to nothing, but is not forgotten
        for (ClientSocket socket = due.poll(); socket != null; socket = due.poll()) {
            try {
                socket.drain();
            } catch (RuntimeException | OutOfMemoryError noRoom) { // off the heap; the others may have some
                socket.breakOff();
            }
        }
    }
}
