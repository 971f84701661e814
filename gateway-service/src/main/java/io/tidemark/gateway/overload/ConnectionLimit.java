package io.tidemark.gateway.overload;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many connections a listener has, of all clients and of each. Thread-safe; one entry for each address that has a
 * connection.
 */
final class ConnectionLimit {
    /** Of whom there may be any number. */
    static final Object NO_CLIENT = "no client";

    private final int most;
    private final int mostOfOne;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<Object, Integer> ofEach = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();

    /**
     * A limit.
     *
     * @param most connections in all
     * @param mostOfOne connections of one client
     */
    ConnectionLimit(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Whether one more of this client may come; one that came is to be {@linkplain #left counted out}. */
    boolean tryEnter(Object client) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            refused.increment();
            return false;
        }
        if (tryEnterAsOneMoreOf(client)) {
            return true;
        }
        open.decrementAndGet();
        refused.increment();
        return false;
    }

    private boolean tryEnterAsOneMoreOf(Object client) {
        while (true) {
            Integer before = ofEach.get(client);
            int now = before == null ? 1 : before + 1;
            if (now > mostOfOne && !client.equals(NO_CLIENT)) {
                return false;
            }
            if (before == null ? ofEach.putIfAbsent(client, now) == null : ofEach.replace(client, before, now)) {
                return true;
            }
        }
    }

    void left(Object client) {
        open.decrementAndGet();
        ofEach.computeIfPresent(client, (_, before) -> before == 1 ? null : before - 1);
    }

    int open() {
        return open.get();
    }

    long refused() {
        return refused.sum();
    }
}
