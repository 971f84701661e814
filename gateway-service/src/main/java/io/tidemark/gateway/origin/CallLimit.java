package io.tidemark.gateway.origin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * As many at a time as there are places; more wait in their order, up to a number and a time, and are refused past either.
 * Thread-safe; nothing here blocks, and nobody is called under the lock.
 */
public final class CallLimit {
    /** One of the places; to be left exactly by who has it, more than once does no harm. */
    public final class Place implements AutoCloseable {
        private final AtomicBoolean left = new AtomicBoolean();
        private volatile boolean received;

        private void received() {
            received = true;
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                passOn();
            }
        }
    }

    /** There is no place, and none came free in time. */
    public static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FullException(String message) {
            super(message, null, false, false);
        }
    }

    private static final class Waiter {
        private final MonoSink<Place> sink;
        private final Disposable.Swap timeout = Disposables.swap();

        Waiter(MonoSink<Place> sink) {
            this.sink = sink;
        }
    }

    private final int places;
    private final int maxWaiting;
    private final Duration maxWait;
    private final Deque<Waiter> waiting = new ArrayDeque<>(); // guarded by this
    private int taken; // guarded by this
    private final Scheduler timer;
    private final AtomicInteger toPassOn = new AtomicInteger();

    /**
     * @param places how many at a time, at least 1
     * @param maxWaiting how many may wait for a place
     * @param maxWait how long each may wait
     * @param timer tells who has waited too long
     */
    public CallLimit(int places, int maxWaiting, Duration maxWait, Scheduler timer) {
        if (places < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "at least one place, no fewer than 0 waiting: " + places + ", " + maxWaiting);
        }
        this.places = places;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.timer = timer;
    }

    /**
     * A place, at once or later; {@link FullException} if too many wait or it takes too long. A waiter may cancel. To be
     * subscribed to with demand, as {@code flatMap} does.
     */
    public Mono<Place> enter() {
        return Mono.<Place>create(sink -> {
                    Waiter waiter = new Waiter(sink);
                    switch (admit(waiter)) {
                        case AT_ONCE -> give(waiter);
                        case LATER -> {
                            waiter.timeout.update(
                                    timer.schedule(() -> giveUp(waiter), maxWait.toMillis(), TimeUnit.MILLISECONDS));
                            sink.onDispose(() -> leaveQueue(waiter));
                        }
                        case NEVER ->
                            sink.error(new FullException(places + " places are taken and " + maxWaiting + " wait"));
                    }
                })
                .doOnNext(Place::received);
    }

    private enum Admission {
        AT_ONCE,
        LATER,
        NEVER
    }

    private synchronized Admission admit(Waiter waiter) {
        if (taken < places) {
            taken++;
            return Admission.AT_ONCE;
        }
        if (waiting.size() < maxWaiting) {
            waiting.add(waiter);
            return Admission.LATER;
        }
        return Admission.NEVER;
    }

    private void give(Waiter waiter) {
        Place place = new Place();
        waiter.timeout.dispose();
        waiter.sink.success(place);
        if (!place.received) {
            place.close(); // the waiter has gone in this moment
        }
    }

    /** One after the other: who gets a place may leave it at once, and a queue of such takes no stack. */
    private void passOn() {
        if (toPassOn.getAndIncrement() != 0) {
            return; // who passes on at the moment passes this one on too
        }
        do {
            Waiter next = next();
            if (next != null) {
                give(next);
            }
        } while (toPassOn.decrementAndGet() != 0);
    }

    private synchronized @Nullable Waiter next() {
        Waiter next = waiting.poll();
        if (next == null) {
            taken--;
        }
        return next;
    }

    private void giveUp(Waiter waiter) {
        if (leaveQueue(waiter)) {
            waiter.sink.error(new FullException("no place of " + places + " came free within " + maxWait));
        }
    }

    private boolean leaveQueue(Waiter waiter) {
        waiter.timeout.dispose();
        synchronized (this) {
            return waiting.remove(waiter);
        }
    }

    /** How many places are taken. */
    public synchronized int taken() {
        return taken;
    }

    /** How many wait for one. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
